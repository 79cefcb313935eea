import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { ReviewError } from '../../runtime/review/reviewError';
import type { RegisterCommand } from '../commandServices';
import { pickRepository } from '../pickNode';
import { registerCommand } from '../registerCommand';

/** Takes a tried thread out of the checkout again. What was changed since stays, and may be kept. */
export const registerUndoTry: RegisterCommand = services =>
  registerCommand(CommandId.undoTry, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) return;
    const { tries } = services.runtime.repository(repository.root).reviews;
    try {
      const { thread, files } = await tries.undo();
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The changes of thread {0} are out of your checkout again: {1} files are as they were.', thread, files.length),
      );
    } catch (error) {
      if (!(error instanceof ReviewError)) throw error;
      if (error.reason === 'nothing-done') void vscode.window.showInformationMessage(error.message);
      if (error.reason === 'nothing-done') return;
      if (error.reason !== 'changed') throw error;
      const keep = vscode.l10n.t('Keep What Was Tried');
      if ((await vscode.window.showWarningMessage(error.message, keep)) === keep) await tries.keep();
    }
  });
