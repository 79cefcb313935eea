import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { idOf, pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Writes an after-action review of the stage it was invoked on, or of the workstream, and opens it to be gone on with. */
export const registerNewAfterActionReview: RegisterCommand = services =>
  registerCommand(CommandId.newAfterActionReview, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const subject = stream.stages.find(({ id }) => id === idOf(argument)?.id);
    const milestone = await vscode.window.showInputBox({
      title: vscode.l10n.t('After-Action Review'),
      prompt: vscode.l10n.t('What is it a review of?'),
      value: subject?.name ?? stream.title,
      ignoreFocusOut: true,
    });
    if (milestone === undefined || milestone.trim() === '') return;
    const { reports } = services.runtime.repository(root);
    const { file, isNew } = await reports.createAfterActionReview(stream.id, { milestone: milestone.trim(), stage: subject?.id });
    if (!isNew) void vscode.window.showInformationMessage(vscode.l10n.t('There is a review of that name already; it was left as it is.'));
    await vscode.window.showTextDocument(vscode.Uri.file(file));
  });
