import type { WorktreeFacts } from '../../domain/worktrees/worktreeFacts';
import { folderName } from '../../domain/worktrees/worktreeRow';
import type { RemovalRequest } from '../git/removal';

/** What a person's wish to remove the worktree asks for: its branch goes with it where the integration branch holds that. */
export function removalRequest(
  { path, stream, owner, branch, attempt, standing }: WorktreeFacts,
  consent: { readonly largeFiles: boolean },
): RemovalRequest {
  return {
    worktree: path,
    stream: stream ?? 'other',
    task: attempt?.task ?? folderName(path),
    attempt: attempt?.id,
    branch: owner === 'attempt' ? branch : undefined,
    mergedInto: standing && `refs/heads/${standing.branch}`,
    consent,
  };
}
