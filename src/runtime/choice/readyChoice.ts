import type { Logger } from '../../common/logger';
import { chooseReady, type Choice } from '../../domain/choice/chooseReady';
import { readiness } from '../../domain/graph/readiness';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { Git } from '../git/git';
import { touchedFiles } from './touchedFiles';

/** Which threads of a workstream could run together now, and why not the others. Nothing is begun or written. */
export async function readyChoice(
  { git, logger }: { readonly git: Git; readonly logger: Logger },
  stream: WorkstreamSnapshot,
  wanted: { readonly max: number; readonly stage?: string | undefined },
): Promise<Choice> {
  return chooseReady({ readiness: readiness(stream.stages), touched: await touchedFiles(git, stream, logger), ...wanted });
}
