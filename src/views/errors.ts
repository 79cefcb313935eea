import path from 'node:path';
import * as vscode from 'vscode';
import { isAbortError } from '../common/abort';
import { CommandId, Setting } from '../contributions';
import { describeError } from './logChannel';

/** The one place where a fault reaches the user. `doing` says for the log what was going on. */
export type ErrorHandler = (error: unknown, doing?: string) => void;

type Action = { readonly title: string; run(): Thenable<unknown> };
/** What every error of ours carries: its message is a sentence for people, its reason one of a few words. */
type KnownError = Error & { readonly reason: string; readonly file?: unknown; readonly position?: unknown };

/** Aborts are ignored, our own errors say their sentence with at most one action, anything else goes to the log. */
export function createErrorHandler(log: vscode.LogOutputChannel): ErrorHandler {
  return (error, doing) => {
    if (isAbortError(error)) return;
    log.error(`${doing ?? 'fault'}\n${describeError(error)}`);
    if (isKnown(error)) void show(error.message, actionFor(error));
    else void show(vscode.l10n.t('Something went wrong.'), showLog());
  };
}

async function show(message: string, action: Action): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, action.title);
  if (chosen !== undefined) await action.run();
}

function isKnown(error: unknown): error is KnownError {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'string' && error.message !== '';
}

function actionFor(error: KnownError): Action {
  if (error.reason === 'no-binary') return openSetting(Setting.opencodePath);
  if (error.reason === 'unauthorized' || error.reason === 'unreachable') return openSetting(Setting.serverUrl);
  return typeof error.file === 'string' && path.isAbsolute(error.file) ? openFile(error.file, error.position) : showLog();
}

function showLog(): Action {
  return { title: vscode.l10n.t('Show Log'), run: () => vscode.commands.executeCommand(CommandId.showLog) };
}

function openSetting(setting: Setting): Action {
  return { title: vscode.l10n.t('Open Settings'), run: () => vscode.commands.executeCommand('workbench.action.openSettings', setting) };
}

function openFile(file: string, position: unknown): Action {
  const place = typeof position === 'object' && position !== null ? position : {};
  const line = 'line' in place && typeof place.line === 'number' ? place.line : 1;
  const column = 'column' in place && typeof place.column === 'number' ? place.column : 1;
  const selection = new vscode.Range(line - 1, column - 1, line - 1, column - 1);
  return {
    title: vscode.l10n.t('Open File'),
    run: () => vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { selection }),
  };
}
