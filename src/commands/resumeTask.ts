import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { ancestorId } from '../domain/ids';
import { isDone } from '../domain/taskStatus';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** The agent of the task's last attempt goes on where it stopped, in its session and worktree, with what the user tells it. */
export const registerResumeTask: RegisterCommand = services =>
  registerCommand(CommandId.resumeTask, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the task whose agent shall go on'),
      task => !task.running && !isDone(task.status) && task.attempts.at(-1)?.session !== undefined,
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const message = await vscode.window.showInputBox({
      title: vscode.l10n.t('Resume {0}', `${node.id} ${node.name}`),
      prompt: vscode.l10n.t('What its agent should know; empty to let it just go on'),
      ignoreFocusOut: true,
    });
    if (message === undefined) return;
    await runFlow(services, {
      root,
      snapshot: stream,
      batch: ancestorId(node.id, 'batch'),
      only: [node.id],
      goOn: { task: node.id, message },
    });
  });
