import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Writes what was done back to where the plan was imported from. */
export const registerWriteBackSource: RegisterCommand = services =>
  registerCommand(CommandId.writeBackSource, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const { sources } = services.runtime.repository(root);
    const record = await sources.record(stream.id);
    if (!record) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The plan of {0} was not imported: there is nothing to write back to.', stream.id),
      );
      return;
    }
    const problems = await sources.writeBack(stream.id);
    if (problems.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('{0} is up to date.', record.path));
    else void vscode.window.showWarningMessage(problems.join(' '));
  });
