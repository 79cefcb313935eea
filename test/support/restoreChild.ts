import path from 'node:path';
import { Git } from '../../src/runtime/git/git';
import { Removal } from '../../src/runtime/git/removal';
import { Snapshots } from '../../src/runtime/git/snapshots';

export const restoreStream = '001-demo';
export const restoreTask = '01.01.01.01';
export type KilledStep = 'take' | 'remove' | 'restore';

/** One step on the worktree of a repository, for a process that is killed in the middle: `<step> <root> <worktree> <ref or ->`. */
export async function runRestoreStep([step, root = '', worktree = '', ref = '']: readonly string[]): Promise<void> {
  const git = new Git(root);
  const snapshots = new Snapshots(git);
  const directory = path.join(root, '.worktrees');
  const request = { worktree, stream: restoreStream, task: restoreTask, branch: 'task/a', mergedInto: 'refs/heads/main' };
  process.stdout.write('begun\n');
  if (step === 'take') await snapshots.take(request);
  else if (step === 'remove') await new Removal(git, snapshots, { directory }).remove(request);
  else await snapshots.restore(ref, directory);
}
