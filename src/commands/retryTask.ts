import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { ancestorId } from '../domain/ids';
import { isDone } from '../domain/taskStatus';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** Tries a task again in a fresh attempt; one that is done is asked about first. */
export const registerRetryTask: RegisterCommand = services =>
  registerCommand(CommandId.retryTask, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the task to try again'),
      task => !task.running && task.status === 'blocked',
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    if (isDone(node.status)) {
      const again = vscode.l10n.t('Run Again');
      const detail = vscode.l10n.t(
        'It becomes pending and a new attempt begins. What it did before stays in its branch and in the history.',
      );
      if (
        (await vscode.window.showWarningMessage(vscode.l10n.t('Task {0} is done already.', node.id), { modal: true, detail }, again)) !==
        again
      ) {
        return;
      }
      await services.runtime.repository(root).actions.setTaskStatus(stream.id, node.id, { status: 'pending' });
    }
    await runFlow(services, { root, snapshot: stream, batch: ancestorId(node.id, 'batch'), only: [node.id] });
  });
