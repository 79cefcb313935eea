import { safeExitReason } from '../../domain/run/safeExit';
import type { Git } from '../git/git';
import { isGitError } from '../git/gitError';
import type { Workplace } from './workplace';

/**
 * Why the agent of a task left it in order, by the last commit that it made on its branch; undefined when it did not, and where it
 * works in the user's own checkout, whose commits are the user's.
 */
export async function readSafeExit(git: Git, { directory, branch, base }: Workplace, task: string): Promise<string | undefined> {
  if (branch === undefined) return undefined;
  try {
    const head = await git.head(directory);
    if (head.branch !== branch || head.sha === undefined || head.sha === base) return undefined;
    const { stdout } = await git.run(['log', '-1', '--format=%B', '--end-of-options', head.sha], { cwd: directory });
    return safeExitReason(stdout, task);
  } catch (error) {
    if (isGitError(error)) return undefined; // what is wrong with the worktree is told when its work is committed
    throw error;
  }
}
