import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Brings what is new on the user's branch into the current workstream's integration branch. */
export const registerUpdateIntegration: RegisterCommand = services =>
  registerCommand(CommandId.updateIntegration, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const title = vscode.l10n.t('Updating the integration branch');
    const { runs } = services.runtime.repository(picked.root);
    const streamId = picked.stream.id;
    const update = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      runs.updateIntegration(streamId, new AbortController().signal),
    );
    if (update.kind === 'conflict') {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('{0} conflicts with the integration branch in {1}. Nothing was moved.', update.branch, update.files.join(', ')),
      );
    } else if (update.kind === 'rejected') {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('{0} merged into the integration branch does not pass: {1}. Nothing was moved.', update.branch, update.reason),
      );
    } else if (update.kind === 'current') {
      void vscode.window.showInformationMessage(vscode.l10n.t('The integration branch already has everything of {0}.', update.branch));
    } else {
      void vscode.window.showInformationMessage(vscode.l10n.t('The integration branch now has everything of {0}.', update.branch));
    }
  });
