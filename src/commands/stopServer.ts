import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { runningTasks } from '../views/planFacts';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerStopServer: RegisterCommand = services =>
  registerCommand(CommandId.stopServer, services, async () => {
    const running = runningTasks(services.plans.repositories).length;
    if (running > 0) {
      const stop = vscode.l10n.t('Stop Server');
      const detail = vscode.l10n.t('They are stopped first and return to pending; their worktrees stay.');
      if (
        (await vscode.window.showWarningMessage(vscode.l10n.t('{0} tasks are running.', running), { modal: true, detail }, stop)) !== stop
      ) {
        return;
      }
      services.runtime.stopAll();
    }
    await services.runtime.opencode.server.stop();
  });
