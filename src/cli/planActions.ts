import { systemClock } from '../common/clock';
import { Git } from '../runtime/git/git';
import { PlanActions } from '../runtime/actions/planActions';
import type { WorkFiles } from '../runtime/files/workFiles';
import type { Io } from './commandLine';
import { lookAt } from './snapshot';

/** The actions of the person at the terminal, or of the agent whose session `WORKSTREAM_ROLE` names. */
export function planActions(files: WorkFiles, io: Io): PlanActions {
  return new PlanActions({
    files,
    git: new Git(files.root, { logger: io.logger }),
    clock: systemClock,
    role: io.env.WORKSTREAM_ROLE,
    snapshot: streamId => lookAt(files, streamId),
  });
}
