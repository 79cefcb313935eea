import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const registerCreateWorkstream: RegisterCommand = services =>
  registerCommand(CommandId.createWorkstream, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder with a git repository first.'));
      return;
    }
    const title = vscode.l10n.t('Create Workstream');
    const name = await vscode.window.showInputBox({
      title: `${title} (1/2)`,
      prompt: vscode.l10n.t('A name in lower-case words joined by hyphens'),
      placeHolder: 'api-server',
      validateInput: value =>
        kebab.test(value) ? undefined : vscode.l10n.t('Use lower-case letters, digits and single hyphens, such as api-server.'),
    });
    if (name === undefined) return;
    const stages = await vscode.window.showInputBox({
      title: `${title} (2/2)`,
      prompt: vscode.l10n.t('How many stages (1–20)? At the end of each you read what was done, and approve it. More can be added later.'),
      value: '2',
      validateInput: value =>
        /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 20 ? undefined : vscode.l10n.t('A number from 1 to 20.'),
    });
    if (stages === undefined) return;
    const stream = await services.runtime.repository(repository.root).files.createWorkstream({ name, stages: Number(stages) });
    await services.runtime.repository(repository.root).files.setCurrentStream(stream.id);
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(repository.root, stream.path, 'PLAN.md')));
  });
