import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId, DocumentScheme, Setting } from '../contributions';
import type { SetupAction } from '../domain/setup/setupReport';
import type { SetupText } from '../domain/setup/setupText';
import { ReadOnlyText } from './readOnlyText';

type Page = { readonly root: string; readonly actions: SetupText['actions'] };

/** What was found of a set-up as a page to read, with what can be done by a click above the items it is about. */
export class SetUpPages implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly texts = new ReadOnlyText(DocumentScheme.setUp); // disposed below
  private readonly pages = new Map<string, Page>();
  private readonly registration: vscode.Disposable;

  constructor() {
    this.registration = vscode.languages.registerCodeLensProvider({ scheme: DocumentScheme.setUp }, this);
  }

  async show(root: string, { text, actions }: SetupText): Promise<void> {
    const name = vscode.l10n.t('Set-Up of {0}', path.basename(root));
    const uri = this.texts.offer(name, text);
    this.pages.set(uri.path, { root, actions });
    await this.texts.show(name, text);
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const page = this.pages.get(uri.path);
    if (!page) return [];
    const again = lens(1, { title: vscode.l10n.t('Check Again'), command: CommandId.checkSetUp, arguments: [{ root: page.root }] });
    return [again, ...page.actions.map(({ line, action }) => lens(line, commandOf(action, page.root)))];
  }

  dispose(): void {
    this.registration.dispose();
    this.texts.dispose();
  }
}

function lens(line: number, command: vscode.Command): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line - 1, 0, line - 1, 0), command);
}

function commandOf(action: SetupAction, root: string): vscode.Command {
  switch (action) {
    case 'opencodePath':
      return openSetting(Setting.opencodePath);
    case 'serverUrl':
      return openSetting(Setting.serverUrl);
    case 'startServer':
      return { title: vscode.l10n.t('Start Server'), command: CommandId.startServer };
    case 'agentsFile': {
      const file = vscode.Uri.file(path.join(root, 'work', 'agents.yaml'));
      return { title: vscode.l10n.t('Open agents.yaml'), command: 'vscode.open', arguments: [file] };
    }
    case 'cleanMerged':
      return { title: vscode.l10n.t('Clean Merged Worktrees'), command: CommandId.cleanMerged };
    case 'takeOver':
      return { title: vscode.l10n.t('Take Over'), command: CommandId.takeOver, arguments: [{ root }] };
  }
}

function openSetting(setting: Setting): vscode.Command {
  return { title: vscode.l10n.t('Open Setting'), command: 'workbench.action.openSettings', arguments: [setting] };
}
