import path from 'node:path';
import * as vscode from 'vscode';
import { FileSystemScheme } from '../../contributions';
import type { ReviewComment } from '../../domain/review/reviewComments';
import type { RepositorySnapshot } from '../../domain/tree/nodes';
import { worktreeFileUri, worktreePlace } from '../worktrees/gitFileSystem';

/** Which review a document belongs to, and which file of it in which state it is. */
export type CommentPlace = Pick<ReviewComment, 'node' | 'folder' | 'path' | 'revision' | 'before' | 'onDisk'> & {
  readonly root: string;
  readonly stream: string;
};

/** Where a comment on this document belongs; undefined where nobody of ours worked: other documents are none of our business. */
export function placeOfDocument(uri: vscode.Uri, repositories: readonly RepositorySnapshot[]): CommentPlace | undefined {
  if (uri.scheme === FileSystemScheme.git) {
    const shown = worktreePlace(uri);
    if (!shown) return undefined;
    const { root, worktree: folder, revision = null, review } = shown.place;
    const at = { root, folder, path: shown.file, revision, onDisk: false };
    if (review) return { ...at, stream: review.stream, node: review.node, before: review.before === true };
    const found = taskIn(folder, repositories);
    return found && { ...at, ...found, before: false };
  }
  if (uri.scheme !== 'file') return undefined;
  const found = taskIn(uri.fsPath, repositories);
  if (!found) return undefined;
  const file = path.relative(found.worktree, uri.fsPath).split(path.sep).join('/');
  const { root, stream, node, worktree: folder } = found;
  return { root, stream, node, folder, path: file, revision: null, before: false, onDisk: true };
}

/** The document that a comment was left on. */
export function uriOfComment(root: string, stream: string, comment: ReviewComment): vscode.Uri {
  const { folder, revision, node, before, onDisk } = comment;
  if (onDisk) return vscode.Uri.file(path.join(folder, ...comment.path.split('/')));
  const review = { stream, node, ...(before ? { before: true as const } : {}) };
  return worktreeFileUri({ root, worktree: folder, review, ...(revision === null ? {} : { revision }) }, comment.path);
}

/** The task that was last worked on in the worktree that holds the path. */
function taskIn(
  place: string,
  repositories: readonly RepositorySnapshot[],
): { readonly root: string; readonly stream: string; readonly node: string; readonly worktree: string } | undefined {
  for (const { root, stream } of repositories) {
    const threads = stream?.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads)) ?? [];
    const attempts = threads.flatMap(thread => thread.tasks.flatMap(task => task.attempts));
    const found = attempts.findLast(
      ({ worktree }) => worktree !== undefined && (place === worktree || place.startsWith(worktree + path.sep)),
    );
    if (stream && found?.worktree !== undefined) return { root, stream: stream.id, node: found.task, worktree: found.worktree };
  }
  return undefined;
}
