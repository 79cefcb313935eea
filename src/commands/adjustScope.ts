import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { oneLine, truncate } from '../common/text';
import { ancestorId } from '../domain/ids';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** Says in the plan what a blocked task's thread is about from now on, and lets it be tried again. */
export const registerAdjustScope: RegisterCommand = services =>
  registerCommand(CommandId.adjustScope, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the task whose scope is another one'),
      task => !task.running && task.status === 'blocked',
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const note = await vscode.window.showInputBox({
      title: vscode.l10n.t('What is the scope of {0} from now on?', ancestorId(node.id, 'thread')),
      prompt: truncate(oneLine(node.report ?? ''), 300),
      ignoreFocusOut: true,
    });
    if (note === undefined || note.trim() === '') return;
    const repository = services.runtime.repository(root);
    const thread = await repository.blockers.adjustScope(stream.id, node.id, note.trim());
    await services.refresh();
    const again = vscode.l10n.t('Try Again');
    const told = vscode.l10n.t('The scope of {0} is written into the plan.', thread);
    if ((await vscode.window.showInformationMessage(told, again)) !== again) return;
    const snapshot = await repository.snapshot(stream.id);
    await runFlow(services, { root, snapshot, batch: ancestorId(node.id, 'batch'), only: [node.id] });
  });
