import * as vscode from 'vscode';
import type { TerminalWords } from './terminalWords';

/** The terminal's words in the language of the window. */
export function localWords(): TerminalWords {
  return {
    task: (id, name, attempt) =>
      attempt === 1 ? vscode.l10n.t('Task {0}: {1}', id, name) : vscode.l10n.t('Task {0}: {1} (attempt {2})', id, name, attempt),
    outcomes: {
      completed: vscode.l10n.t('Completed'),
      blocked: vscode.l10n.t('Blocked'),
      failed: vscode.l10n.t('Failed'),
      interrupted: vscode.l10n.t('Interrupted'),
      cancelled: vscode.l10n.t('Cancelled'),
    },
    you: vscode.l10n.t('Prompt'),
    agent: vscode.l10n.t('agent'),
    thinking: vscode.l10n.t('Thinking'),
    notStarted: vscode.l10n.t('Not started'),
    moreLines: count => (count === 1 ? vscode.l10n.t('… 1 more line') : vscode.l10n.t('… {0} more lines', count)),
    lines: count => (count === 1 ? vscode.l10n.t('1 line') : vscode.l10n.t('{0} lines', count)),
    retrying: (attempt, message) => vscode.l10n.t('The model is tried again ({0}): {1}', attempt, message),
    spent: (steps, tokens, cost) =>
      steps === 1
        ? vscode.l10n.t('1 step, {0} tokens, {1}', tokens, cost)
        : vscode.l10n.t('{0} steps, {1} tokens, {2}', steps, tokens, cost),
    notSent: reason => vscode.l10n.t('Not sent: {0}', reason),
    stopped: vscode.l10n.t('Stopped'),
    notRead: reason => vscode.l10n.t('The session cannot be read: {0}', reason),
  };
}
