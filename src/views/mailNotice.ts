import * as vscode from 'vscode';
import { truncate } from '../common/text';
import type { Disposable } from '../common/event';
import { CommandId, Setting } from '../contributions';
import type { Mail } from '../domain/reservations/mail';
import type { PlanSource } from './planSource';

/** Says once of each message that an agent wrote to a person. */
export class MailNotice implements vscode.Disposable {
  private readonly told = new Set<string>();
  private readonly subscription: Disposable;

  constructor(private readonly plans: PlanSource) {
    this.subscription = plans.onDidChange(() => this.look());
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private look(): void {
    const found = this.plans.repositories.flatMap(({ root, stream }) =>
      (stream?.stages ?? []).flatMap(stage =>
        stage.batches.flatMap(batch => batch.threads.flatMap(node => node.mail.map(mail => ({ mail, row: { root, node } })))),
      ),
    );
    const news = found.filter(({ mail }) => !this.told.has(mail.id));
    for (const { mail } of news) this.told.add(mail.id);
    const [first] = news;
    if (!first || vscode.workspace.getConfiguration().get<string>(Setting.notifications) === 'none') return;
    void this.tell(news.length, first.mail, first.row);
  }

  private async tell(count: number, { from, subject }: Mail, row: unknown): Promise<void> {
    const read = vscode.l10n.t('Read');
    const message =
      count > 1
        ? vscode.l10n.t('Agents wrote {0} messages to you.', count)
        : vscode.l10n.t('The agent of thread {0} wrote to you: {1}', from, truncate(subject, 200));
    if ((await vscode.window.showInformationMessage(message, read)) !== read) return;
    await vscode.commands.executeCommand(CommandId.readMail, row);
  }
}
