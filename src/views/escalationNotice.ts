import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import { CommandId, Setting } from '../contributions';
import { isDone } from '../domain/taskStatus';
import type { ThreadNode } from '../domain/tree/nodes';
import { escalatedThreads } from './planFacts';
import type { PlanSource } from './planSource';
import type { PlanView } from './planView';

type Escalated = { readonly root: string; readonly thread: ThreadNode };

/** Says once of each thread that a blocked task waits for, and that nobody runs, that it is up to whoever reads this. */
export class EscalationNotice implements vscode.Disposable {
  private readonly told = new Set<string>();
  private readonly subscription: Disposable;

  constructor(
    private readonly plans: PlanSource,
    private readonly view: Pick<PlanView, 'reveal'>,
  ) {
    this.subscription = plans.onDidChange(() => this.look());
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private look(): void {
    const found = this.plans.repositories.flatMap(repository =>
      escalatedThreads(repository).map((thread): Escalated & { readonly key: string } => ({
        root: repository.root,
        thread,
        key: `${repository.root} ${repository.stream?.id ?? ''} ${thread.id} ${thread.awaitedBy ?? ''}`,
      })),
    );
    const news = found.filter(({ key }) => !this.told.has(key));
    for (const { key } of news) this.told.add(key);
    if (vscode.workspace.getConfiguration().get<string>(Setting.notifications) === 'none') return;
    for (const each of news) void this.tell(each);
  }

  private async tell({ root, thread }: Escalated): Promise<void> {
    const show = vscode.l10n.t('Show');
    const run = vscode.l10n.t('Run It');
    const message = vscode.l10n.t(
      'Task {0} waits for thread {1}, which nobody runs.',
      thread.awaitedBy ?? '',
      `${thread.id} ${thread.name}`,
    );
    const task = thread.tasks.find(({ status }) => !isDone(status));
    const chosen = await vscode.window.showWarningMessage(message, ...(task ? [run] : []), show);
    if (chosen === show) await this.view.reveal(root, thread.id, { focus: true });
    if (chosen === run) await vscode.commands.executeCommand(CommandId.runTask, { root, node: task });
  }
}
