import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { deletedLabel } from '../../domain/worktrees/worktreeRow';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { pickSnapshot } from './pickWorktree';

/** Brings a removed worktree back, byte for byte, with its branch; its snapshot stays. */
export const registerRestoreWorktree: RegisterCommand = services =>
  registerCommand(CommandId.restoreWorktree, services, async argument => {
    const picked = await pickSnapshot(services, argument, vscode.l10n.t('Choose the worktree to restore'));
    if (!picked) return;
    const label = deletedLabel(picked.deleted);
    const repository = services.runtime.repository(picked.root);
    const title = vscode.l10n.t('Restoring {0}', label);
    const restored = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      repository.restoreWorktree(picked.deleted.ref),
    );
    await services.worktrees.refresh();
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} is back in {1}.', label, restored.worktree));
  });
