import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { pickResolution } from './pickResolution';

/** Gives up what was resolved so far: the worktree goes as worktrees do, with a snapshot of what is in it. */
export const registerAbandonResolution: RegisterCommand = services =>
  registerCommand(CommandId.abandonResolution, services, async argument => {
    const picked = await pickResolution(services, argument, vscode.l10n.t('Choose the thread whose resolution to give up'));
    if (!picked) return;
    const { root, stream, node, worktree } = picked;
    const abandon = vscode.l10n.t('Abandon Resolution');
    const detail = vscode.l10n.t('Its worktree is removed; what you did in it is kept under Deleted Worktrees. The thread stays blocked.');
    const question = vscode.l10n.t('Abandon the resolution of thread {0}?', `${node.id} ${node.name}`);
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, abandon)) !== abandon) return;
    // Nothing is removed below an editor that is open: VS Code asks about what is not saved or not resolved in it.
    if (!(await services.conflicts.close(worktree))) {
      const kept = vscode.l10n.t('The resolution of thread {0} goes on: an editor of it was kept open. Nothing was removed.', node.id);
      void vscode.window.showInformationMessage(kept);
      return;
    }
    await services.runtime.repository(root).resolutions.abandon(stream.id, node.id, new AbortController().signal);
  });
