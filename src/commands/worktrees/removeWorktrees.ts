import * as vscode from 'vscode';
import type { RemovalResult } from '../../runtime/git/removal';
import { SnapshotError } from '../../runtime/git/snapshotError';
import { removalRequest } from '../../runtime/model/removalRequest';
import type { CommandServices } from '../commandServices';
import { labelOf, type PickedWorktree } from './pickWorktree';

/** Removes worktrees one after the other, with progress; asks once for each that has files too large to keep unasked. Resolves to how many went. */
export async function removeWorktrees(services: CommandServices, picked: readonly PickedWorktree[]): Promise<number> {
  let removed = 0;
  let unfinished = 0;
  try {
    for (const each of picked) {
      const title = vscode.l10n.t('Removing {0}', labelOf(each.worktree));
      const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
        remove(services, each),
      );
      if (result) removed++;
      if (result?.finished === false) unfinished++;
    }
  } finally {
    await services.worktrees.refresh();
  }
  if (unfinished > 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Some files are in use by another program. Their removal is finished when the next batch begins.'),
    );
  }
  return removed;
}

/** Undefined when the user would rather keep it. */
async function remove(services: CommandServices, picked: PickedWorktree, largeFiles = false): Promise<RemovalResult | undefined> {
  const { worktree, root } = picked;
  try {
    return await services.runtime.repository(root).removeWorktree(removalRequest(worktree, { largeFiles }));
  } catch (error) {
    if (!(error instanceof SnapshotError) || error.reason !== 'too-large' || largeFiles) throw error;
    const keep = vscode.l10n.t('Keep Them and Remove');
    const chosen = await vscode.window.showWarningMessage(error.message, { modal: true, detail: error.paths.join('\n') }, keep);
    return chosen === keep ? remove(services, picked, true) : undefined;
  }
}
