import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import { ContextKey, type WorkspaceState } from '../contributions';
import { asksOf, isRunning } from './planFacts';
import type { PlanSource, ServiceSource } from './planSource';

/** Keeps the keys that conditions of the manifest read in step with what is known. */
export class ContextKeys implements vscode.Disposable {
  private readonly known = new Map<ContextKey, unknown>();
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly plans: PlanSource,
    private readonly services: ServiceSource,
  ) {
    this.subscriptions = [plans.onDidChange(() => this.update()), services.onDidChange(() => this.update())];
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { plans, services } = this;
    const running = plans.repositories.some(isRunning);
    this.set(ContextKey.state, workspaceState(plans));
    this.set(ContextKey.running, running);
    this.set(
      ContextKey.watching,
      plans.repositories.some(({ drivenBy }) => drivenBy !== undefined),
    );
    this.set(ContextKey.paused, running && services.paused);
    this.set(ContextKey.asks, asksOf(plans.repositories).length > 0);
    this.set(ContextKey.readOnly, plans.repositories.length === 1 && plans.repositories[0]?.stream?.readOnly !== undefined);
    this.set(ContextKey.opencode, services.opencode);
    this.set(ContextKey.server, services.server.state);
  }

  private set(key: ContextKey, value: unknown): void {
    if (this.known.has(key) && this.known.get(key) === value) return;
    this.known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}

/** What to offer when there is no plan to show. */
export function workspaceState({ loaded, repositories }: PlanSource): WorkspaceState {
  if (!loaded) return 'loading';
  if (repositories.length === 0) return 'noGit';
  if (repositories.some(({ stream }) => stream !== undefined)) return 'ready';
  return repositories.some(({ hasWork, streams }) => hasWork && streams.length > 0) ? 'noStream' : 'noWork';
}
