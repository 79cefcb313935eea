import * as vscode from 'vscode';
import { oneLine } from '../common/text';
import { CommandId } from '../contributions';
import { person } from '../domain/reservations/mail';
import type { RegisterCommand } from './commandServices';
import { nodesOf, pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Shows what agents wrote to a person, the newest first; choosing a message answers it. They count as read from then on. */
export const registerReadMail: RegisterCommand = services =>
  registerCommand(CommandId.readMail, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const coordination = await services.runtime.repository(picked.root).coordination(picked.stream.id);
    const mails = await coordination.readMail(person, 'all');
    if (mails.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No agent has written to you.'));
      return;
    }
    const items = mails.toReversed().map(mail => ({
      label: mail.importance === 'high' ? `$(warning) ${mail.subject}` : mail.subject,
      description: `${mail.from} · ${new Date(mail.at).toLocaleString(vscode.env.language)}`,
      detail: oneLine(mail.body),
      thread: mail.from,
    }));
    const title = vscode.l10n.t('Messages of Agents');
    const placeHolder = vscode.l10n.t('Choose a message to answer it');
    const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true });
    const repository = services.plans.repositories.find(({ root }) => root === picked.root);
    const node = chosen && repository && nodesOf(repository, 'thread').find(({ node: { id } }) => id === chosen.thread)?.node;
    if (node) await vscode.commands.executeCommand(CommandId.sendMessage, { root: picked.root, node });
  });
