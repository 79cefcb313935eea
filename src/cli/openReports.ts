import { systemClock } from '../common/clock';
import type { WorkFiles } from '../runtime/files/workFiles';
import { Git } from '../runtime/git/git';
import { Reports } from '../runtime/reports/reports';
import type { Io } from './commandLine';
import { lookAt } from './snapshot';

/** Reports as the window writes them, without a server. */
export function openReports(files: WorkFiles, io: Io): Reports {
  return new Reports({
    files,
    git: new Git(files.root, { logger: io.logger }),
    clock: systemClock,
    snapshot: streamId => lookAt(files, streamId),
  });
}
