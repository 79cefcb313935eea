import { snapshotRefs } from '../domain/names';
import type { DeletedWorktree, RepositoryWorktrees } from '../domain/worktrees/worktreeFacts';
import { readWorktrees } from '../runtime/model/worktreeReader';
import type { Repository } from '../runtime/repository';
import { openRuntime } from './cliRuntime';
import type { Io, OptionValues } from './commandLine';
import { openFiles } from './repository';

/** What a command works with that is about worktrees. */
export type OpenWorktrees = {
  readonly repository: Repository;
  /** As they are now. */
  readonly found: RepositoryWorktrees;
};

/** Looks at every worktree of the repository and at what can be restored; no server is started. @throws {GitError} */
export async function withWorktrees<T>(values: OptionValues, io: Io, work: (open: OpenWorktrees) => Promise<T>): Promise<T> {
  const { root } = await openFiles(values, io);
  const { runtime } = await openRuntime(root, values, io);
  try {
    const repository = runtime.repository(root);
    return await work({ repository, found: await readWorktrees(repository.worktreeSources, io.signal) });
  } finally {
    runtime.dispose();
  }
}

/** `001-sample/01.01.01.01/1`: how a snapshot is called on the command line. */
export const snapshotName = ({ ref }: Pick<DeletedWorktree, 'ref'>) => ref.slice(snapshotRefs.length + 1);
