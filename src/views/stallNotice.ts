import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import { Setting } from '../contributions';
import type { TaskNode } from '../domain/tree/nodes';
import { runningTasks } from './planFacts';
import type { PlanSource } from './planSource';
import type { PlanView } from './planView';

/** Says once of each attempt that its agent makes no progress, when the tree that shows it cannot be seen. */
export class StallNotice implements vscode.Disposable {
  private readonly told = new Set<string>();
  private readonly subscription: Disposable;

  constructor(
    private readonly plans: PlanSource,
    private readonly view: Pick<PlanView, 'visible' | 'reveal'>,
  ) {
    this.subscription = plans.onDidChange(() => this.look());
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private look(): void {
    const stuck = runningTasks(this.plans.repositories).filter(task => isStuck(task) && !this.told.has(keyOf(task)));
    for (const task of stuck) this.told.add(keyOf(task));
    const [first] = stuck;
    const wanted = vscode.workspace.getConfiguration().get<string>(Setting.notifications);
    if (!first || this.view.visible || wanted === 'none') return;
    void this.tell(first, stuck.length);
  }

  private async tell(task: TaskNode, count: number): Promise<void> {
    const show = vscode.l10n.t('Show');
    const message =
      count > 1
        ? vscode.l10n.t('{0} agents make no progress.', count)
        : vscode.l10n.t('The agent of {0} makes no progress: {1}', task.id, task.health?.reason ?? '');
    if ((await vscode.window.showWarningMessage(message, show)) !== show) return;
    const repository =
      this.plans.repositories.find(each => runningTasks([each]).some(({ id }) => id === task.id)) ?? this.plans.repositories[0];
    if (repository) await this.view.reveal(repository.root, task.id, { focus: true });
  }
}

const isStuck = ({ health }: TaskNode) => health?.state === 'stalled' || health?.state === 'looping';
/** A stall that ended and came back is another one. */
const keyOf = ({ attempts, health }: TaskNode) => `${attempts.at(-1)?.id ?? ''} ${health?.state ?? ''} ${health?.since ?? ''}`;
