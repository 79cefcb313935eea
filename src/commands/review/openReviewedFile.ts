import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId, FileSystemScheme } from '../../contributions';
import { worktreePlace } from '../../views/worktrees/gitFileSystem';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Opens the file that a review shows, to be worked on: where its agent worked while that is there, else in the user's checkout. */
export const registerOpenReviewedFile: RegisterCommand = services =>
  registerCommand(CommandId.openReviewedFile, services, async argument => {
    const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
    const shown = uri?.scheme === FileSystemScheme.git ? worktreePlace(uri) : undefined;
    if (!shown) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor into a file of a review first.'));
      return;
    }
    const { place, file } = shown;
    for (const folder of [place.worktree, place.root]) {
      const found = path.join(folder, ...file.split('/'));
      if ((await stat(found).catch(() => undefined))?.isFile() !== true) continue;
      const line = vscode.window.activeTextEditor?.document.uri.toString() === uri?.toString() ? selectedLine() : undefined;
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(found), line ? { selection: line } : {});
      return;
    }
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is neither in the worktree nor in your checkout: it was deleted, or is only in a commit.', file),
    );
  });

const selectedLine = () => vscode.window.activeTextEditor?.selection;
