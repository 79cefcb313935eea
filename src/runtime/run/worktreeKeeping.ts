import path from 'node:path';
import type { Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';
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
 * How worktrees of a repository go, whoever made them: by our own removal, which proves twice what it keeps. The server, which lists
 * no worktree whose folder is gone, need not be told; what it is asked to delete is demanded, kept and proved as ours is.
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
  });
  const provided = new SdkWorktrees({
    ...opencode,
    async prove(worktree) {
      await removal.prove({ worktree, stream: 'other', task: path.basename(worktree) });
    },
  });
  return { removal, provided };
}
