import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Keeps what was typed beside a line as a draft; from the keyboard it asks for words about the line of the cursor. */
export const registerAddComment: RegisterCommand = services =>
  registerCommand(CommandId.addComment, services, async argument => {
    if (isReply(argument)) {
      await services.comments.add(argument);
      return;
    }
    const editor = vscode.window.activeTextEditor;
    if (!editor || !services.comments.isReviewed(editor.document.uri)) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor into a file of a review first.'));
      return;
    }
    const line = editor.selection.active.line + 1;
    const prompt = vscode.l10n.t('What should change in line {0}? It is kept as a draft until you send it.', line);
    const text = await vscode.window.showInputBox({ prompt, ignoreFocusOut: true });
    if (text !== undefined && text.trim() !== '') await services.comments.addAt(editor.document.uri, line, text);
  });

const isReply = (argument: unknown): argument is vscode.CommentReply =>
  typeof argument === 'object' && argument !== null && 'thread' in argument && 'text' in argument && typeof argument.text === 'string';
