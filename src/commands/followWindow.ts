import * as vscode from 'vscode';
import type { Runtime } from '../runtime/createRuntime';

export type Followers = {
  readonly runtime: Pick<Runtime, 'settingsChanged'>;
  readonly model: { refresh(): Promise<void> };
  readonly services: { lookForServer(): Promise<void>; lookForOpencode(): Promise<void> };
  readonly settings: { read(): void };
  readonly roots: { read(): void };
};

/** Looks again at what may have changed while nobody looked: on focus, on trust, when the settings are others. */
export function followWindow({ runtime, model, services, settings, roots }: Followers): vscode.Disposable {
  void services.lookForServer();
  void services.lookForOpencode();
  return vscode.Disposable.from(
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void Promise.all([model.refresh(), services.lookForServer()]);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      void services.lookForServer();
      roots.read();
    }),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (!event.affectsConfiguration('work')) return;
      settings.read();
      runtime.settingsChanged();
      roots.read();
      void services.lookForOpencode();
    }),
  );
}
