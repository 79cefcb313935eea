import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerFocusTerminal: RegisterCommand = services =>
  registerCommand(CommandId.focusTerminal, services, async argument => {
    const picked = await pickNode(services, 'thread', argument, vscode.l10n.t('Choose the thread whose terminal to show'));
    if (picked) await services.terminals.focus({ root: picked.root, stream: picked.stream.id, thread: picked.node.id });
  });
