import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { oneLine, truncate } from '../common/text';
import { ancestorId } from '../domain/ids';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** A thread of its own takes out of the way what blocks a task, which waits for it and goes on by itself afterwards. */
export const registerCreateBlockerTask: RegisterCommand = services =>
  registerCommand(CommandId.createBlockerTask, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the blocked task'),
      task => !task.running && task.status === 'blocked',
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('What has to be done before {0} can go on?', `${node.id} ${node.name}`),
      prompt: truncate(oneLine(node.report ?? ''), 300),
      ignoreFocusOut: true,
    });
    if (name === undefined || name.trim() === '') return;
    const repository = services.runtime.repository(root);
    const added = await repository.blockers.create(stream.id, { id: node.id, name: name.trim() });
    await services.refresh(); // else its row is not there yet
    await services.view.reveal(root, added.thread);
    const run = vscode.l10n.t('Run It');
    const told = vscode.l10n.t('Task {0} waits for thread {1} now.', added.blocked, `${added.thread} ${name.trim()}`);
    if ((await vscode.window.showWarningMessage(told, run)) !== run) return;
    const snapshot = await repository.snapshot(stream.id);
    await runFlow(services, { root, snapshot, batch: ancestorId(added.thread, 'batch'), only: [added.thread] });
  });
