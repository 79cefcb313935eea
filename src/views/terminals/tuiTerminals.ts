import * as vscode from 'vscode';
import type { Disposable } from '../../common/event';
import type { ErrorHandler } from '../errors';
import type { PlanSource } from '../planSource';
import { tuiOptions, type TuiLaunch } from './terminalOptions';
import { findThread, runningSession, threadKey } from './threadName';
import type { ThreadRef } from './transcript';

export type TuiTerminalsOptions = {
  readonly plans: PlanSource;
  /** How to show the session of a thread's latest attempt; rejects when it has none yet. */
  readonly launchTui: (ref: ThreadRef) => Promise<TuiLaunch>;
  readonly onError: ErrorHandler;
};

type OpenTui = { readonly ref: ThreadRef; readonly terminal: vscode.Terminal; readonly arguments: string };

/** opencode's own interface: one terminal for each thread, on the session of its latest attempt. */
export class TuiTerminals implements vscode.Disposable {
  private readonly open = new Map<string, OpenTui>();
  /** Threads that started, each with the session it was opened for. */
  private readonly followed = new Map<string, { readonly ref: ThreadRef; readonly session: string | undefined }>();
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly options: TuiTerminalsOptions) {
    this.subscriptions = [
      options.plans.onDidChange(() => this.update()),
      vscode.window.onDidCloseTerminal(terminal => {
        for (const [key, tui] of this.open) if (tui.terminal === terminal) this.open.delete(key);
      }),
    ];
  }

  /** The thread that a terminal shows. */
  find(terminal: vscode.Terminal | undefined): ThreadRef | undefined {
    return [...this.open.values()].find(tui => tui.terminal === terminal)?.ref;
  }

  /** Opens a terminal in the background as soon as the thread has a session, and again for each further session. */
  follow(ref: ThreadRef): void {
    if (!this.followed.has(threadKey(ref))) this.followed.set(threadKey(ref), { ref, session: undefined });
    this.update();
  }

  async show(ref: ThreadRef, { preserveFocus }: { readonly preserveFocus: boolean }): Promise<void> {
    (await this.ensure(ref))?.show(preserveFocus);
  }

  /** The terminals go on; they show what the server does, not what this window does. */
  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    for (const [key, { ref, session }] of this.followed) {
      const thread = findThread(this.options.plans.repositories, ref);
      const running = thread && runningSession(thread);
      if (running === undefined || running === session) continue;
      this.followed.set(key, { ref, session: running });
      void this.ensure(ref);
    }
  }

  private async ensure(ref: ThreadRef): Promise<vscode.Terminal | undefined> {
    try {
      const launch = await this.options.launchTui(ref);
      const key = threadKey(ref);
      const known = this.open.get(key);
      const args = launch.shellArgs.join('\n');
      if (known?.arguments === args) return known.terminal;
      const terminal = vscode.window.createTerminal(tuiOptions(launch));
      this.open.set(key, { ref, terminal, arguments: args });
      known?.terminal.dispose(); // it shows an earlier session of the thread
      return terminal;
    } catch (error) {
      this.options.onError(error, `opencode TUI of ${ref.thread}`);
      return undefined;
    }
  }
}
