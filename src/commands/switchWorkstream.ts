import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { streamWord } from '../domain/tree/streamWord';
import type { RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerSwitchWorkstream: RegisterCommand = services =>
  registerCommand(CommandId.switchWorkstream, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) return;
    const items = repository.streams
      .filter(stream => !stream.missing)
      .map(stream => ({
        label: stream.id,
        description: stream.current ? vscode.l10n.t('current') : streamWord(stream.status, vscode.l10n.t),
        id: stream.id,
      }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose the current workstream') });
    if (chosen) await services.runtime.repository(repository.root).files.setCurrentStream(chosen.id);
  });
