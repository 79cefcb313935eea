import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { isCleanable } from '../../domain/worktrees/worktreeFacts';
import type { CommandServices, RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { allWorktrees, labelOf } from './pickWorktree';
import { removeWorktrees } from './removeWorktrees';

/** Removes every worktree of a task whose work is merged and in which nothing is left, after they were named. */
export const registerCleanMerged: RegisterCommand = services =>
  registerCommand(CommandId.cleanMerged, services, async () => {
    const merged = (await allWorktrees(services)).filter(({ worktree }) => isCleanable(worktree));
    if (merged.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('There is nothing to clean: no worktree is merged, clean and unlocked. {0}', policy(services)),
      );
      return;
    }
    const remove = vscode.l10n.t('Remove');
    const message =
      merged.length === 1
        ? vscode.l10n.t('Remove the worktree of 1 merged task?')
        : vscode.l10n.t('Remove the worktrees of {0} merged tasks?', merged.length);
    const lost = vscode.l10n.t('Their work is in the integration branch. Ignored files in them are not kept.');
    const detail = [...merged.map(({ worktree }) => labelOf(worktree)), '', lost, '', policy(services)].join('\n');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) !== remove) return;
    const count = await removeWorktrees(services, merged);
    void vscode.window.showInformationMessage(
      count === 1 ? vscode.l10n.t('1 worktree was removed.') : vscode.l10n.t('{0} worktrees were removed.', count),
    );
  });

/** What happens without this command. */
function policy({ runtime }: CommandServices): string {
  const { onSuccess, onFailure } = runtime.settings.cleanup;
  return [
    onSuccess === 'remove'
      ? vscode.l10n.t('New worktrees of merged tasks are removed by themselves (work.cleanup.onSuccess).')
      : vscode.l10n.t('Worktrees of merged tasks stay until they are cleaned (work.cleanup.onSuccess).'),
    onFailure === 'remove'
      ? vscode.l10n.t('Those of failed and blocked tasks are removed by themselves, after a snapshot (work.cleanup.onFailure).')
      : vscode.l10n.t('Those of failed and blocked tasks stay (work.cleanup.onFailure).'),
  ].join(' ');
}
