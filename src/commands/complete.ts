import * as vscode from 'vscode';
import { CommandId, CustomEditorId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Writes COMPLETION.md and opens it; what is not finished or approved is shown first. */
export const registerComplete: RegisterCommand = services =>
  registerCommand(CommandId.complete, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { stream } = picked;
    const { reports } = services.runtime.repository(picked.root);
    const open = await reports.completionWarnings(stream.id);
    if (open.length > 0) {
      const complete = vscode.l10n.t('Complete Anyway');
      if (
        (await vscode.window.showWarningMessage(
          vscode.l10n.t('Workstream {0} is not finished.', stream.name),
          { modal: true, detail: open.join('\n') },
          complete,
        )) !== complete
      ) {
        return;
      }
    }
    const file = await reports.complete(stream.id);
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), CustomEditorId.report);
  });
