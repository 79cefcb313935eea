import path from 'node:path';
import { silentLogger } from '../../../src/common/logger';
import { Git } from '../../../src/runtime/git/git';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { MergeQueue } from '../../../src/runtime/merge/mergeQueue';
import type { MergeRequest } from '../../../src/runtime/merge/mergeRequest';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

const streamId = '001-x';

export type MergeFixture = {
  readonly repository: TemporaryRepository;
  /** The user's commit. */
  readonly base: string;
  /** Where the integration worktree is. */
  readonly integration: string;
  readonly warnings: string[];
  readonly newQueue: (strategy?: 'no-ff' | 'squash', limit?: number) => MergeQueue;
  /** A thread's work: a commit with `files` on a branch of its own that starts at the user's commit. */
  readonly work: (thread: string, files: Readonly<Record<string, string>>) => Promise<MergeRequest>;
};

export async function mergeFixture(): Promise<MergeFixture> {
  const repository = await temporaryRepository({
    name: 'merge in ü',
    files: { 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitignore': 'ignored/\n', 'work/001-x/tasks.json': '[]\n' },
  });
  const git = new Git(repository.root);
  const worktrees = new Worktrees(git, { directory: path.join(repository.root, '.worktrees') });
  const base = await repository.git(['rev-parse', 'HEAD']);
  const warnings: string[] = [];
  return {
    repository,
    base,
    integration: path.join(worktrees.directory, 'integration-001-x'),
    warnings,
    newQueue: (strategy = 'no-ff', limit = 1) =>
      new MergeQueue({ git, worktrees, streamId, strategy, limit, logger: { ...silentLogger, warn: message => warnings.push(message) } }),
    work: async (thread, files) => {
      const { path: place } = await worktrees.add({ name: `t-${thread}`, branch: `task/${thread}`, base });
      if (Object.keys(files).length > 0) {
        await repository.write(files, place);
        await repository.commit(thread, place);
      }
      const tip = await runGit(['rev-parse', 'HEAD'], place);
      return {
        thread,
        tip,
        message: `Merge thread ${thread}`,
        trailers: { Workstream: streamId, Thread: thread },
        intentDate: 1_700_000_000_000,
      };
    },
  };
}
