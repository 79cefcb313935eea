import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { oneLine, truncate } from '../common/text';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

/**
 * A thread of its own takes out of the way what blocks a task, which waits for it. Where no run is about to begin that thread, the
 * window says so (`EscalationNotice`), as it does of one that was made elsewhere.
 */
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
  });
