import * as vscode from 'vscode';
import { FileSystemScheme } from '../../contributions';
import type { Review, ReviewFile } from '../../runtime/review/readReview';
import { worktreeFileUri } from '../worktrees/gitFileSystem';
import { closeMultiDiff, openMultiDiff, type ChangedResource } from './multiDiff';

/** What was last shown of each review, kept with the window: its tabs come back after a reload. */
type Shown = Readonly<Record<string, string>>;
const shownKey = 'work.reviews';

/** The tabs in which changes are looked at, one for each thing that is reviewed. */
export class ReviewTabs {
  constructor(private readonly memory: vscode.Memento) {}

  /**
   * Opens a review, or brings its tab to the front; a tab that shows what is no longer so is replaced. Nothing opens, and the result
   * is false, when no file differs.
   */
  async show(root: string, review: Review, title: string): Promise<boolean> {
    const { stream, node, base, head, files } = review;
    if (files.length === 0) return false;
    const key = JSON.stringify([root, stream, node]);
    // A folder in which somebody works may differ the next time it is looked at, though its files are the same.
    const state = head === undefined ? `${base}..${Date.now()}` : `${base}..${head}`;
    const shown = this.memory.get<Shown>(shownKey, {});
    if (shown[key] !== undefined && shown[key] !== state) await closeMultiDiff(title);
    const source = vscode.Uri.from({ scheme: FileSystemScheme.git, path: `/review/${node}`, query: JSON.stringify({ key, state }) });
    await openMultiDiff(source, title, resourcesOf(root, review));
    await this.memory.update(shownKey, { ...shown, [key]: state });
    return true;
  }
}

function resourcesOf(root: string, { stream, node, folder, base, head, files }: Review): readonly ChangedResource[] {
  const place = { root, worktree: folder, review: { stream, node } };
  const left = (file: ReviewFile) =>
    worktreeFileUri({ ...place, review: { stream, node, before: true }, revision: base }, file.from ?? file.path);
  const right = ({ path }: ReviewFile) => worktreeFileUri({ ...place, ...(head === undefined ? {} : { revision: head }) }, path);
  return files.map(file => ({
    originalUri: file.kind === 'added' ? undefined : left(file),
    modifiedUri: file.kind === 'deleted' ? undefined : right(file),
    label: right(file),
  }));
}
