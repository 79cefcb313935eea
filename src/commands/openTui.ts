import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { terminalName } from '../domain/names';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

/** Opens opencode's own interface on the thread's latest session. The password goes by environment and is never stored. */
export const registerOpenTui: RegisterCommand = services =>
  registerCommand(CommandId.openTui, services, async argument => {
    const picked = await pickNode(services, 'thread', argument, vscode.l10n.t('Choose the thread to open in opencode'), thread => thread.tasks.some(task => task.attempts.some(attempt => attempt.session !== undefined)));
    if (!picked) return;
    const attach = await services.runtime.attachCommand(picked.root, picked.node);
    if (!attach) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Thread {0} has no session yet.', picked.node.id));
      return;
    }
    vscode.window
      .createTerminal({
        name: `opencode ${terminalName(picked.node.id, picked.node.name)}`,
        shellPath: attach.binary,
        shellArgs: [...attach.args],
        env: attach.environment,
        isTransient: true,
        iconPath: new vscode.ThemeIcon('terminal'),
      })
      .show();
  });
