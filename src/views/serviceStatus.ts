import * as vscode from 'vscode';
import { DisposableStore } from '../common/disposables';
import { Emitter, type Disposable } from '../common/event';
import type { Runtime } from '../runtime/createRuntime';
import type { ErrorHandler } from './errors';
import type { ServiceSource } from './planSource';

/** The server's state and whether work is paused, as the views want to know it. */
export class ServiceStatus implements ServiceSource, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = this.owned.add(new Emitter<undefined>());
  private binary: 'found' | 'missing' | undefined;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly runtime: Runtime,
    private readonly onError: ErrorHandler,
  ) {
    this.owned.add(runtime.opencode.server.onDidChangeStatus(() => this.changed.fire(undefined)));
    this.owned.add(runtime.load.onDidChange(() => this.changed.fire(undefined)));
    this.owned.add(runtime.onDidPause(() => this.changed.fire(undefined)));
  }

  get server(): ServiceSource['server'] {
    return this.runtime.opencode.server.status;
  }

  get opencode(): 'found' | 'missing' | undefined {
    return this.binary;
  }

  get paused(): boolean {
    return this.runtime.limiter.isPaused;
  }

  get load(): ServiceSource['load'] {
    return this.runtime.load.state;
  }

  /** Looks for the executable; again when the settings changed. */
  async lookForOpencode(): Promise<void> {
    this.binary = (await this.runtime.opencode.isInstalled()) ? 'found' : 'missing';
    this.changed.fire(undefined);
  }

  /**
   * Takes up a server that runs already; starts none, and does nothing in Restricted Mode. Agents go on while no window is open: what
   * they ask is to be seen again.
   */
  async lookForServer(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    try {
      await this.runtime.opencode.server.find();
    } catch (error) {
      this.onError(error, 'looking for the opencode server');
    }
  }

  dispose(): void {
    this.owned.dispose();
  }
}
