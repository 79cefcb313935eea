import { finishDeliveries } from './finishDeliveries';
import { finishRemovals } from './finishRemovals';
import { finishTries } from './finishTries';
import type { CommandServices } from './commandServices';
import { recoverRuns } from './recoverRuns';

/** What is done for repositories that come into the window: what earlier programs were cut off in is brought to its end. */
export function openRepositories(services: CommandServices): (roots: readonly string[]) => void {
  const recover = recoverRuns(services);
  return roots => {
    for (const finish of [finishRemovals, finishDeliveries, finishTries]) void finish(services, roots);
    void recover(roots);
  };
}
