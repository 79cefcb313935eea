import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { Git, type GitBytes, type GitResult, type GitRunOptions } from '../../src/runtime/git/git';
import { Removal, type RemovalDisk } from '../../src/runtime/git/removal';
import { Snapshots } from '../../src/runtime/git/snapshots';

export const restoreStream = '001-demo';
export const restoreTask = '01.01.01.01';
export type KilledStep = 'take' | 'remove' | 'restore';

/**
 * One step on the worktree of a repository, for a process that is killed in the middle:
 * `<step> <root> <worktree> <ref or -> <point or ->`. It kills itself right before or after a run of git or a change to the disk:
 * at the one that `point` counts to, or is the words of, for example `after worktree add`. At its end it writes how many there were.
 */
export async function runRestoreStep([step, root = '', worktree = '', ref = '', point = '-']: readonly string[]): Promise<void> {
  let passed = 0;
  const pass = (what: string) => {
    passed++;
    if (point === String(passed) || what.startsWith(point)) process.kill(process.pid, 'SIGKILL');
  };
  const at: Points = async (what, act) => {
    pass(`before ${what}`);
    const result = await act();
    pass(`after ${what}`);
    return result;
  };
  const git = new PointedGit(root, at);
  const snapshots = new Snapshots(git);
  const directory = path.join(root, '.worktrees');
  const request = { worktree, stream: restoreStream, task: restoreTask, branch: 'task/a', mergedInto: 'refs/heads/main' };
  const disk: RemovalDisk = {
    rename: (from, to) => at('rename', () => rename(from, to)),
    rm: folder => at('rm', () => rm(folder, { recursive: true, force: true })),
  };
  process.stdout.write('begun\n');
  if (step === 'take') await snapshots.take(request);
  else if (step === 'remove') await new Removal(git, snapshots, { directory, disk }).remove(request);
  else await snapshots.restore(ref, directory);
  process.stdout.write(`points ${passed}\n`);
}

type Points = <T>(what: string, act: () => Promise<T>) => Promise<T>;

class PointedGit extends Git {
  constructor(
    root: string,
    private readonly at: Points,
  ) {
    super(root);
  }

  override run(args: readonly string[], options?: GitRunOptions): Promise<GitResult> {
    return this.at(args.join(' '), () => super.run(args, options));
  }

  override bytes(args: readonly string[], input?: string | Buffer, options?: GitRunOptions): Promise<GitBytes> {
    return this.at(args.join(' '), () => super.bytes(args, input, options));
  }

  override pipe(args: readonly string[], output: Writable, options?: GitRunOptions): Promise<void> {
    return this.at(args.join(' '), () => super.pipe(args, output, options));
  }
}
