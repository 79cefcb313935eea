import * as vscode from 'vscode';
import { withoutTicks } from '../common/text';
import { CommandId } from '../contributions';
import { isUnmerged, unmergedReason } from '../domain/merge/unmerged';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { reviewAtGate } from './reviewAtGate';

/** A thread whose work could not be merged, and will not be: the workstream goes on without it. */
export const registerDropThread: RegisterCommand = services =>
  registerCommand(CommandId.dropThread, services, async argument => {
    const picked = await pickNode(
      services,
      'thread',
      argument,
      vscode.l10n.t('Choose the thread to drop'),
      thread => !thread.running && isUnmerged(thread.merge),
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const drop = vscode.l10n.t('Drop Thread');
    const detail = [
      ...(isUnmerged(node.merge) ? [vscode.l10n.t('It was not merged: {0}.', withoutTicks(unmergedReason(node.merge)))] : []),
      vscode.l10n.t('All its tasks become cancelled and nothing of it is merged. What its agents committed stays on their branches.'),
    ].join('\n\n');
    const question = vscode.l10n.t('Drop thread {0}?', `${node.id} ${node.name}`);
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, drop)) !== drop) return;
    const { actions } = services.runtime.repository(root);
    for (const task of node.tasks) await actions.setTaskStatus(stream.id, task.id, { status: 'cancelled' });
    await reviewAtGate(services, picked);
  });
