import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { WorktreeOperation } from '../../domain/worktrees/worktreeFacts';
import type { Git } from './git';

/** What is in a worktree and not committed, as counts. */
export type WorktreeStatus = {
  readonly changed: number;
  readonly untracked: number;
  readonly conflicts: number;
  readonly operation?: WorktreeOperation | undefined;
};

/** What git keeps while it is in the middle of something; a rebase stops in merges, so it comes first. */
const marks: readonly (readonly [name: string, operation: WorktreeOperation])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
];

/** Takes no lock: agents may be committing there. A folder of files that git does not know counts once. @throws {GitError} */
export async function readWorktreeStatus(git: Git, worktree: string, signal?: AbortSignal): Promise<WorktreeStatus> {
  const args = ['status', '--porcelain=v2', '-z', '--no-renames', '--untracked-files=normal', '--ignore-submodules=none'];
  const { stdout } = await git.run(args, { cwd: worktree, signal });
  const kinds = stdout.split('\0').map(entry => entry.slice(0, 2));
  const conflicts = kinds.filter(kind => kind === 'u ').length;
  return {
    changed: kinds.filter(kind => kind === '1 ').length + conflicts,
    untracked: kinds.filter(kind => kind === '? ').length,
    conflicts,
    operation: await operationIn(worktree),
  };
}

/** How many commits each of two has that the other lacks. @throws {GitError} `unknown-revision` */
export async function aheadBehind(
  git: Git,
  commit: string,
  of: string,
  signal?: AbortSignal,
): Promise<{ readonly ahead: number; readonly behind: number }> {
  const { stdout } = await git.run(['rev-list', '--left-right', '--count', '--end-of-options', `${of}...${commit}`, '--'], { signal });
  const [behind = 0, ahead = 0] = stdout.trim().split(/\s+/).map(Number);
  return { ahead, behind };
}

/** When a linked worktree was added: milliseconds since 1970. Unknown for the main one. */
export async function worktreeSince(worktree: string): Promise<number | undefined> {
  const folder = await gitFolderOf(worktree);
  // git writes this file once.
  return folder === undefined ? undefined : stat(path.join(folder, 'commondir')).then(({ mtimeMs }) => mtimeMs, nothing);
}

/** What a person is in the middle of there. */
export async function operationIn(worktree: string): Promise<WorktreeOperation | undefined> {
  const folder = await gitFolderOf(worktree);
  if (folder === undefined) return undefined;
  const found = await Promise.all(marks.map(async ([name]) => (await stat(path.join(folder, name)).catch(nothing)) !== undefined));
  return marks.find((_, index) => found[index])?.[1];
}

/** git's own folder for a worktree: `.git` itself, or what the file of that name points to. */
async function gitFolderOf(worktree: string): Promise<string | undefined> {
  const link = path.join(worktree, '.git');
  const content = await readFile(link, 'utf8').catch((error: unknown) =>
    (error as NodeJS.ErrnoException).code === 'EISDIR' ? '' : undefined,
  );
  if (content === undefined) return undefined;
  const target = /^gitdir: (.+?)\r?\n?$/.exec(content)?.[1];
  return target === undefined ? link : path.resolve(worktree, target);
}

const nothing = () => undefined;
