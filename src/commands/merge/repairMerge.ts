import * as vscode from 'vscode';
import { withoutTicks } from '../../common/text';
import { CommandId, ViewId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { pickNode } from '../pickNode';
import { registerCommand } from '../registerCommand';
import { openMerge, showConflict } from './conflictSteps';

/** The merge of a thread that the project's checks refuse, in a worktree of its own, where a person repairs it. */
export const registerRepairMerge: RegisterCommand = services =>
  registerCommand(CommandId.repairMerge, services, async argument => {
    const picked = await pickNode(
      services,
      'thread',
      argument,
      vscode.l10n.t('Choose the thread whose merge to repair'),
      ({ running, merge }) => !running && merge?.state === 'rejected',
    );
    if (!picked) return;
    const { root, node } = picked;
    const opened = await openMerge(services, picked);
    // What was merged since may conflict with it now.
    if (opened.files.length > 0) return showConflict(services, picked, opened);
    const reason = node.merge?.state === 'rejected' ? withoutTicks(node.merge.reason) : '';
    const message = vscode.l10n.t(
      'The merge of thread {0} stands in a worktree of its own ({1}). Repair it there, then choose Continue Merge.',
      node.id,
      reason,
    );
    const show = vscode.l10n.t('Open Worktree');
    const goOn = vscode.l10n.t('Continue Merge');
    // Not waited for: the command has done its work, and the row offers the same.
    void vscode.window.showInformationMessage(message, show, goOn).then(async chosen => {
      if (chosen === show) {
        await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(opened.worktree), { forceNewWindow: true });
      }
      if (chosen !== goOn) return;
      await vscode.commands.executeCommand(`${ViewId.tree}.focus`);
      await vscode.commands.executeCommand(CommandId.continueMerge, { root, node });
    });
  });
