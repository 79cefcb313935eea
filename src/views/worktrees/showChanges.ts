import * as vscode from 'vscode';
import { FileSystemScheme } from '../../contributions';
import type { Git } from '../../runtime/git/git';
import { differingFiles } from '../../runtime/git/worktreeDiff';
import { openMultiDiff, type ChangedResource } from '../review/multiDiff';
import { worktreeFileUri } from './gitFileSystem';

export type ChangesRequest = {
  readonly title: string;
  readonly git: Git;
  /** Absolute; of a deleted one where it was. */
  readonly worktree: string;
  readonly base: string;
  /** A commit or snapshot; without it, the files as they are on the disk. */
  readonly head?: string | undefined;
};

/**
 * Shows what differs in one editor tab. Resolves to how many files do; nothing opens when none does. Without `head` the right side is
 * each file as it is on the disk when the tab opens, what nobody committed included, as in the Source Control view. Unlike there, the
 * tab does not follow an agent that goes on: it says what was so when it was asked for, and can be asked for again.
 */
export async function showChanges({ title, git, worktree, base, head }: ChangesRequest): Promise<number> {
  const files = await differingFiles(git, head === undefined ? worktree : git.root, base, head);
  if (files.length === 0) return 0;
  const left = { root: git.root, worktree, revision: base };
  const right = { root: git.root, worktree, ...(head === undefined ? {} : { revision: head }) };
  const resources = files.map(({ path, kind }): ChangedResource => ({
    originalUri: kind === 'added' ? undefined : worktreeFileUri(left, path),
    modifiedUri: kind === 'deleted' ? undefined : worktreeFileUri(right, path),
    label: worktreeFileUri(right, path),
  }));
  // One tab a worktree, however often it is asked for.
  const source = vscode.Uri.from({
    scheme: FileSystemScheme.git,
    path: `/changes${worktreeFileUri(right, '').path}`,
    query: `${base}..${head ?? ''}`,
  });
  await openMultiDiff(source, title, resources);
  return files.length;
}
