import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import { ViewId } from '../contributions';
import type { PlanElement } from './planElements';
import { asksOf, escalatedThreads, isRunning } from './planFacts';
import type { PlanSource, ServiceSource } from './planSource';
import { PlanTree } from './planTree';
import { viewMessage } from './viewMessage';

/** The view around the tree: whose plan it is, how far it is, what waits for an answer. */
export class PlanView implements vscode.Disposable {
  private readonly tree: PlanTree;
  private readonly view: vscode.TreeView<PlanElement>;
  private readonly subscriptions: readonly Disposable[];
  private endProgress: (() => void) | undefined;

  constructor(
    private readonly plans: PlanSource,
    private readonly services: ServiceSource,
  ) {
    this.tree = new PlanTree(plans, services); // disposed below
    this.view = vscode.window.createTreeView(ViewId.tree, { treeDataProvider: this.tree }); // disposed below
    this.subscriptions = [
      plans.onDidChange(() => this.update()),
      services.onDidChange(() => this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
    ];
    this.update();
  }

  get visible(): boolean {
    return this.view.visible;
  }

  /** The selected row, for commands that a key invoked. */
  get selection(): PlanElement | undefined {
    return this.view.selection[0];
  }

  /** Selects a stage, batch, thread or task and scrolls to it; nothing when it is not in the tree. */
  async reveal(root: string, id: string, options?: { readonly focus?: boolean; readonly expand?: boolean }): Promise<void> {
    const element = this.tree.find(root, id);
    this.tree.drawNow();
    if (element) await this.view.reveal(element, { select: true, ...options });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.endProgress?.();
    this.view.dispose();
    this.tree.dispose();
  }

  private update(): void {
    const { repositories } = this.plans;
    const stream = repositories.length === 1 ? repositories[0]?.stream : undefined;
    const asks = asksOf(repositories).length;
    const message = viewMessage(repositories, this.services, vscode.workspace.isTrusted);
    // VS Code lays the view out again for every assignment.
    const description = stream && (stream.planModifiedSinceApproval ? vscode.l10n.t('{0} · plan modified', stream.name) : stream.name);
    if (this.view.description !== description) this.view.description = description;
    if (this.view.message !== message) this.view.message = message;
    const escalated = repositories.flatMap(escalatedThreads).length;
    const needed = asks + escalated;
    this.view.badge = needed === 0 ? undefined : { value: needed, tooltip: [...waiting(asks), ...left(escalated)].join(', ') };
    this.showProgress(needed === 0 && repositories.some(isRunning)); // its mark would cover the badge
  }

  private showProgress(running: boolean): void {
    if (running === (this.endProgress !== undefined)) return;
    if (!running) {
      this.endProgress?.();
      this.endProgress = undefined;
      return;
    }
    const ended = new Promise<void>(resolve => (this.endProgress = resolve));
    void vscode.window.withProgress({ location: { viewId: ViewId.tree } }, () => ended);
  }
}

const waiting = (asks: number) =>
  asks === 0 ? [] : [asks === 1 ? vscode.l10n.t('1 agent waits for an answer') : vscode.l10n.t('{0} agents wait for an answer', asks)];

const left = (threads: number) =>
  threads === 0
    ? []
    : [threads === 1 ? vscode.l10n.t('1 thread has to be run by you') : vscode.l10n.t('{0} threads have to be run by you', threads)];
