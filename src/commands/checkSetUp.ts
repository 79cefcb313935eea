import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { setupReport } from '../domain/setup/setupReport';
import { setupText } from '../domain/setup/setupText';
import { SetUpPages } from '../views/setUpPages';
import type { RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

/** Opens a page that says of everything that running agents needs whether it is there, and what to do. Nothing is started. */
export const registerCheckSetUp: RegisterCommand = services => {
  const pages = new SetUpPages();
  const command = registerCommand(CommandId.checkSetUp, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) {
      if (services.plans.repositories.length > 0) return;
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no git repository in this window to check.'));
      return;
    }
    const { root } = repository;
    const editor = `${vscode.env.appName} ${vscode.version}`;
    const title = vscode.l10n.t('Checking the set-up');
    const never = new AbortController().signal; // every look has its own limit
    const facts = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      services.runtime.readSetup(root, { startServer: false, editor }, never),
    );
    await pages.show(root, setupText(setupReport(facts, vscode.l10n.t), vscode.l10n.t));
  });
  return vscode.Disposable.from(pages, command);
};
