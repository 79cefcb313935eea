import path from 'node:path';
import * as vscode from 'vscode';
import type { Diagnose } from '../runtime/run/diagnoseCandidate';

/**
 * The errors that the window knows of files in a worktree: of those that are open in a tab, and of those that some extension or
 * task looked at by itself. Nothing is opened for it and nobody is waited for: the language services that come with VS Code answer
 * for what stands in a tab alone.
 */
export const knownErrors: Diagnose = ({ worktree, files }) => {
  const looked = files
    .map(file => ({ file, uri: vscode.Uri.file(path.join(worktree, file)) }))
    .map(({ file, uri }) => ({ file, uri, diagnostics: vscode.languages.getDiagnostics(uri) }))
    .filter(({ uri, diagnostics }) => diagnostics.length > 0 || isInTab(uri));
  const errors = looked.flatMap(({ file, diagnostics }) =>
    diagnostics
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
      .map(({ range, message, source }) => ({ file, line: range.start.line + 1, message, source })),
  );
  return Promise.resolve({ looked: looked.length, errors });
};

function isInTab(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
}
