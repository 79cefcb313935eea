import * as vscode from 'vscode';
import { withoutTicks } from '../common/text';
import { CommandId } from '../contributions';
import { ancestorId } from '../domain/ids';
import { isUnmerged, unmergedReason } from '../domain/merge/unmerged';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** A thread that could not be merged goes back to the agent of its last task, with why not and a person's note. */
export const registerReturnToAgent: RegisterCommand = services =>
  registerCommand(CommandId.returnToAgent, services, async argument => {
    const picked = await pickNode(
      services,
      'thread',
      argument,
      vscode.l10n.t('Choose the thread to return to its agent'),
      thread => !thread.running && isUnmerged(thread.merge),
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const task = node.tasks.findLast(({ attempts }) => attempts.at(-1)?.session !== undefined);
    if (!task || !isUnmerged(node.merge)) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Nothing of thread {0} waits to be returned to its agent.', node.id));
      return;
    }
    const message = await vscode.window.showInputBox({
      title: vscode.l10n.t('Return {0} to its agent', `${node.id} ${node.name}`),
      prompt: vscode.l10n.t(
        'It is told why it was not merged: {0}. What else should it know? May be empty.',
        withoutTicks(unmergedReason(node.merge)),
      ),
      ignoreFocusOut: true,
    });
    if (message === undefined) return;
    const goOn = { task: task.id, message };
    await runFlow(services, { root, snapshot: stream, batch: ancestorId(node.id, 'batch'), only: [task.id], goOn });
  });
