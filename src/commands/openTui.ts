import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

/** Opens opencode's own interface on the thread's latest session. */
export const registerOpenTui: RegisterCommand = services =>
  registerCommand(CommandId.openTui, services, async argument => {
    const picked = await pickNode(services, 'thread', argument, vscode.l10n.t('Choose the thread to open in opencode'), thread =>
      thread.tasks.some(task => task.attempts.some(attempt => attempt.session !== undefined)),
    );
    if (picked) {
      await services.terminals.openTui({ root: picked.root, stream: picked.stream.id, thread: picked.node.id }, { preserveFocus: false });
    }
  });
