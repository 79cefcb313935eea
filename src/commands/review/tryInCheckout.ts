import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { pickNode } from '../pickNode';
import { registerCommand } from '../registerCommand';

/** Brings a thread's changes into the user's checkout, where they can be run and read, without a commit. */
export const registerTryInCheckout: RegisterCommand = services =>
  registerCommand(CommandId.tryInCheckout, services, async argument => {
    const picked = await pickNode(services, 'thread', argument, vscode.l10n.t('Choose the thread to try in your checkout'), thread =>
      thread.tasks.some(task => task.attempts.some(attempt => attempt.commit !== undefined)),
    );
    if (!picked) return;
    const { files, leftOut } = await services.runtime.repository(picked.root).reviews.try(picked.stream.id, picked.node.id);
    const undo = vscode.l10n.t('Undo');
    const without = leftOut.length > 0 ? ` ${vscode.l10n.t('Submodules are left out: {0}.', leftOut.join(', '))}` : '';
    const said = vscode.l10n.t(
      '{0} files of your checkout have the changes of {1} now, not committed.',
      files.length,
      `${picked.node.id} ${picked.node.name}`,
    );
    if ((await vscode.window.showInformationMessage(said + without, undo)) === undo) {
      await vscode.commands.executeCommand(CommandId.undoTry, { root: picked.root });
    }
  });
