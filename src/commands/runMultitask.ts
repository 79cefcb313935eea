import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { findMainCheckout } from '../runtime/files/repositoryRoot';
import type { MultitaskEnd } from '../runtime/multitask/multitasks';
import { multitaskSource } from '../runtime/sources/multitaskSource';
import type { CommandServices, RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

type Config = { readonly root: string; readonly file: string };

/** Runs a list of issues, each on its branch; their terminals and rows are those of every run. The report is opened at the end. */
export const registerRunMultitask: RegisterCommand = services =>
  registerCommand(CommandId.runMultitask, services, async argument => {
    const config = (await namedConfig(argument)) ?? (await pickConfig(services, argument));
    if (!config) return;
    const title = vscode.l10n.t('Running {0}', path.basename(config.file));
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
    const end = await vscode.window.withProgress(options, (progress, token) => {
      const stopped = new AbortController();
      token.onCancellationRequested(() => stopped.abort());
      const tell = (line: string) => {
        services.log.info(line);
        if (line.startsWith('[')) progress.report({ message: line });
      };
      return services.runtime.repository(config.root).multitasks.run({ config: config.file }, tell, stopped.signal);
    });
    await showEnd(services, end);
  });

async function showEnd(services: CommandServices, end: MultitaskEnd): Promise<void> {
  if (end.kind === 'finished') {
    await vscode.window.showTextDocument(vscode.Uri.file(end.report), { preview: false });
    return;
  }
  for (const problem of end.problems) services.log.error(problem);
  const showLog = vscode.l10n.t('Show Log');
  const more = end.problems.length > 1 ? ` ${vscode.l10n.t('({0} more in the log)', end.problems.length - 1)}` : '';
  if ((await vscode.window.showErrorMessage(`${end.problems[0] ?? ''}${more}`, showLog)) === showLog) services.log.show();
}

/** The file that it was invoked on, in the explorer or the editor. */
async function namedConfig(argument: unknown): Promise<Config | undefined> {
  if (!(argument instanceof vscode.Uri) || argument.scheme !== 'file') return undefined;
  const root = await findMainCheckout(path.dirname(argument.fsPath));
  return root === undefined ? undefined : { root, file: argument.fsPath };
}

async function pickConfig(services: CommandServices, argument: unknown): Promise<Config | undefined> {
  const repository = await pickRepository(services, argument);
  if (!repository) return undefined;
  const { root } = repository;
  const items = (await multitaskSource.find(root)).map(found => ({ label: found.path, description: found.detail }));
  if (items.length === 0) {
    const message = vscode.l10n.t(
      'There is no multitask config here: a file such as multitask.json with a list of issues, branches and tasks.',
    );
    void vscode.window.showInformationMessage(message);
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose the config to run') });
  return picked && { root, file: path.join(root, ...picked.label.split('/')) };
}
