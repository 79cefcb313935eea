import * as vscode from 'vscode';
import type { Logger } from '../common/logger';

/** The log of this window, "Work" in the Output view. */
export function createLogChannel(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Work', { log: true });
}

/** The log for code that knows no window; a cause is written with its stack. */
export function loggerOf(channel: vscode.LogOutputChannel): Logger {
  return {
    debug: message => channel.debug(message),
    info: message => channel.info(message),
    warn: message => channel.warn(message),
    error: (message, error) => (error === undefined ? channel.error(message) : channel.error(`${message}\n${describeError(error)}`)),
  };
}

/** Stack, reason and causes of an error, as text for the log. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = 'reason' in error && typeof error.reason === 'string' ? `[${error.reason}] ` : '';
  const own = `${reason}${error.stack ?? `${error.name}: ${error.message}`}`;
  return error.cause === undefined ? own : `${own}\nCaused by: ${describeError(error.cause)}`;
}
