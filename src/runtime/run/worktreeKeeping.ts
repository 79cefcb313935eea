import path from 'node:path';
import type { Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';
import { isServerWorktree } from '../../domain/worktrees/serverWorktree';
import type { Git } from '../git/git';
import { Removal } from '../git/removal';
import { Snapshots } from '../git/snapshots';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { SdkWorktrees } from '../opencode/sdkWorktrees';

export type WorktreeKeeping = {
  readonly removal: Removal;
  /** The worktrees that the opencode server makes; it deletes none of which a byte could be lost. */
  readonly provided: SdkWorktrees;
};

/**
 * How worktrees of a repository go, whoever made them: what is in one is kept and proved by us first. Of its own the server is
 * told afterwards, when there is nothing left to delete.
 * @param directory where ours are, absolute
 */
export function worktreeKeeping(
  git: Git,
  opencode: Pick<OpencodeRuntime, 'server' | 'events'>,
  { directory, clock, logger }: { readonly directory: string; readonly clock: Clock; readonly logger: Logger },
): WorktreeKeeping {
  const removal = new Removal(git, new Snapshots(git, { clock, logger }), {
    directory,
    logger,
    async onRemoved(worktree) {
      if (!isServerWorktree(worktree)) return;
      try {
        if (await opencode.server.find()) await provided.remove(git.root, worktree);
      } catch (error) {
        logger.info(`the opencode server goes on listing ${worktree}, which is gone: ${String(error)}`);
      }
    },
  });
  const provided = new SdkWorktrees({
    ...opencode,
    async prove(worktree) {
      if (!(await removal.isGone(worktree))) await removal.prove({ worktree, stream: 'other', task: path.basename(worktree) });
    },
  });
  return { removal, provided };
}
