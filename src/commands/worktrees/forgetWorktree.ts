import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { deletedLabel } from '../../domain/worktrees/worktreeRow';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { forgetSnapshots } from './forgetSnapshots';
import { pickSnapshot } from './pickWorktree';

/** Forgets one deleted worktree for good, after it was said whether its work is anywhere else. */
export const registerForgetWorktree: RegisterCommand = services =>
  registerCommand(CommandId.forgetWorktree, services, async argument => {
    const picked = await pickSnapshot(services, argument, vscode.l10n.t('Choose the deleted worktree to forget'));
    if (!picked) return;
    const { deleted } = picked;
    const standing = deleted.unmerged
      ? vscode.l10n.t('It holds work that is merged nowhere. This may be the only copy of it.')
      : vscode.l10n.t('All of its work is in the integration branch.');
    const detail = [deleted.worktree, standing, vscode.l10n.t('Once forgotten, it cannot be restored.')].join('\n\n');
    const forget = deleted.unmerged ? vscode.l10n.t('Forget Unmerged Work') : vscode.l10n.t('Forget');
    const message = vscode.l10n.t('Forget the deleted worktree of {0}?', deletedLabel(deleted));
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, forget)) !== forget) return;
    await forgetSnapshots(services, [picked]);
  });
