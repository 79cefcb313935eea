import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import { CommandId, ViewId } from '../contributions';
import { asksOf, isRunning, runningTasks } from './planFacts';
import type { PlanSource, ServerState, ServiceSource } from './planSource';

const icons: Readonly<Record<ServerState, string>> = {
  stopped: '$(circle-outline)',
  starting: '$(loading~spin)',
  running: '$(circle-filled)',
  stopping: '$(loading~spin)',
  failed: '$(error)',
};

/** The one status bar item: the server's state, how many tasks run, how many agents wait for an answer. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('work.status', vscode.StatusBarAlignment.Left, 10); // disposed below
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly plans: PlanSource,
    private readonly services: ServiceSource,
  ) {
    this.item.name = vscode.l10n.t('Workstreams');
    this.item.command = `${ViewId.tree}.focus`;
    this.subscriptions = [plans.onDidChange(() => this.update()), services.onDidChange(() => this.update())];
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { plans, services } = this;
    const running = runningTasks(plans.repositories).length;
    const asks = asksOf(plans.repositories).length;
    const { state } = services.server;
    const counts = [
      ...(running > 0 ? [`$(sync~spin) ${running}`] : []),
      ...(this.isPaused ? ['$(debug-pause)'] : []),
      ...(asks > 0 ? [`$(bell-dot) ${asks}`] : []),
    ];
    this.item.text = [`${icons[state]} Work`, ...counts].join('  ');
    this.item.backgroundColor = state === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    const facts = this.facts(running, asks);
    this.item.tooltip = tooltip(facts, state);
    this.item.accessibilityInformation = { label: `${vscode.l10n.t('Workstreams')}: ${facts.join(', ')}`, role: 'button' };
    if (plans.repositories.some(({ hasWork }) => hasWork) || state !== 'stopped') this.item.show();
    else this.item.hide();
  }

  /** Also when the last running task has ended: the batch waits then. */
  private get isPaused(): boolean {
    return this.services.paused && this.plans.repositories.some(isRunning);
  }

  private facts(running: number, asks: number): readonly string[] {
    const { server } = this.services;
    return [
      serverSentence(server),
      ...(running === 1 ? [vscode.l10n.t('1 task runs')] : running > 1 ? [vscode.l10n.t('{0} tasks run', running)] : []),
      ...(this.isPaused ? [vscode.l10n.t('paused: no further task starts')] : []),
      ...(asks === 1
        ? [vscode.l10n.t('1 agent waits for an answer')]
        : asks > 1
          ? [vscode.l10n.t('{0} agents wait for an answer', asks)]
          : []),
    ];
  }
}

function serverSentence({ state, url, version, error }: ServiceSource['server']): string {
  switch (state) {
    case 'stopped':
      return vscode.l10n.t('opencode server is stopped');
    case 'starting':
      return vscode.l10n.t('opencode server is starting');
    case 'stopping':
      return vscode.l10n.t('opencode server is stopping');
    case 'running':
      return vscode.l10n.t('opencode {0} runs at {1}', version ?? 'server', url ?? '127.0.0.1');
    case 'failed':
      return vscode.l10n.t('opencode server failed: {0}', error ?? vscode.l10n.t('see the log'));
  }
}

function tooltip(facts: readonly string[], state: ServerState): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = { enabledCommands: [CommandId.startServer, CommandId.stopServer, CommandId.restartServer, CommandId.showLog] };
  for (const fact of facts) markdown.appendText(fact).appendMarkdown('\n\n');
  const links =
    state === 'running'
      ? [
          [CommandId.restartServer, vscode.l10n.t('Restart Server')],
          [CommandId.stopServer, vscode.l10n.t('Stop Server')],
        ]
      : state === 'starting' || state === 'stopping'
        ? []
        : [[CommandId.startServer, vscode.l10n.t('Start Server')]];
  const all = [...links, [CommandId.showLog, vscode.l10n.t('Show Log')]];
  return markdown.appendMarkdown(all.map(([command, title]) => `[${title}](command:${command})`).join(' · '));
}
