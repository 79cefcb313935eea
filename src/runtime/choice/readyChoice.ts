import type { Logger } from '../../common/logger';
import { chooseReady, type Choice } from '../../domain/choice/chooseReady';
import { readiness } from '../../domain/graph/readiness';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { Coordination } from '../files/coordination';
import type { Git } from '../git/git';
import { reservedElsewhere } from './reservedElsewhere';
import { touchedFiles } from './touchedFiles';

export type ChoiceServices = {
  readonly git: Git;
  readonly logger: Logger;
  readonly coordination: Coordination;
  /** Whether any process carries out workstreams of the repository. */
  readonly isDriven: () => Promise<boolean>;
};

/** Which threads of a workstream could run together now, and why not the others. Nothing is begun or written. */
export async function readyChoice(
  { git, logger, coordination, isDriven }: ChoiceServices,
  stream: WorkstreamSnapshot,
  wanted: { readonly max: number; readonly stage?: string | undefined },
): Promise<Choice> {
  const [touched, elsewhere] = await Promise.all([touchedFiles(git, stream, logger), reservedElsewhere(coordination, isDriven, logger)]);
  return chooseReady({ readiness: readiness(stream.stages), touched, elsewhere, ...wanted });
}
