import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { commentPlace, isDraft } from '../../domain/review/reviewComments';
import { revealComment } from '../../views/review/reviewComments';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { draftCount } from './sendComments';

/** Lists every comment, those whose line is gone too: to read, to go to, to throw away, and to send. */
export const registerShowComments: RegisterCommand = services =>
  registerCommand(CommandId.showComments, services, async () => {
    await services.comments.refresh();
    const { all } = services.comments;
    const drafts = all.filter(({ comment }) => isDraft(comment));
    if (all.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('There are no comments. Open the changes of a thread and write beside a line.'),
      );
      return;
    }
    const send = { label: `$(send) ${vscode.l10n.t('Send to Agent')}`, description: draftCount(drafts.length) };
    const discard = { label: `$(trash) ${vscode.l10n.t('Discard All Drafts…')}` };
    const items = all.map(owned => ({
      label: `${isDraft(owned.comment) ? '$(comment-draft)' : '$(pass)'} ${commentPlace(owned.comment)}`,
      description: [
        isDraft(owned.comment) ? vscode.l10n.t('draft') : vscode.l10n.t('sent'),
        ...(owned.comment.outdated ? [vscode.l10n.t('its line is gone')] : []),
        owned.comment.node,
      ].join(' · '),
      detail: owned.comment.text.split('\n').join(' '),
      owned,
    }));
    const chosen = await vscode.window.showQuickPick([...(drafts.length > 0 ? [send, discard] : []), ...items], {
      placeHolder: vscode.l10n.t('Comments of reviews'),
      matchOnDetail: true,
      matchOnDescription: true,
    });
    if (!chosen) return;
    const picked = items.find(item => item === chosen);
    if (picked) return revealComment(picked.owned);
    if (chosen === send) {
      await vscode.commands.executeCommand(CommandId.sendComments);
      return;
    }
    const confirmed = vscode.l10n.t('Discard');
    const question =
      drafts.length === 1
        ? vscode.l10n.t('Discard the draft? It cannot be brought back.')
        : vscode.l10n.t('Discard {0} drafts? They cannot be brought back.', drafts.length);
    if ((await vscode.window.showWarningMessage(question, { modal: true }, confirmed)) !== confirmed) return;
    for (const owned of drafts) await services.comments.change(owned, () => undefined);
  });
