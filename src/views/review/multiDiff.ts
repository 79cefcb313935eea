import * as vscode from 'vscode';

/** One file of a multi-file diff; a missing side is one that does not exist: added or deleted. */
export type ChangedResource = {
  readonly originalUri: vscode.Uri | undefined;
  readonly modifiedUri: vscode.Uri | undefined;
  readonly label: vscode.Uri;
};

/**
 * Opens a multi-file diff; the same `source` again brings its tab to the front as it is. The command behind the documented one can
 * do that; it is not documented, so it may go.
 */
export async function openMultiDiff(source: vscode.Uri, title: string, resources: readonly ChangedResource[]): Promise<void> {
  try {
    await vscode.commands.executeCommand('_workbench.openMultiDiffEditor', {
      multiDiffSourceUri: source,
      title,
      resources: resources.map(({ originalUri, modifiedUri }) => ({ originalUri, modifiedUri })),
    });
  } catch {
    await vscode.commands.executeCommand(
      'vscode.changes',
      title,
      resources.map(({ label, originalUri, modifiedUri }) => [label, originalUri, modifiedUri]),
    );
  }
}

/** Closes the multi-file diffs of that title: VS Code puts the number of their files behind it, and tells nothing else of such tabs. */
export async function closeMultiDiff(title: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(({ input, label }) => (input === undefined || !isKnownInput(input)) && label.startsWith(`${title} (`));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}

const knownInputs = [
  vscode.TabInputText,
  vscode.TabInputTextDiff,
  vscode.TabInputCustom,
  vscode.TabInputWebview,
  vscode.TabInputNotebook,
  vscode.TabInputNotebookDiff,
  vscode.TabInputTerminal,
];
const isKnownInput = (input: unknown) => knownInputs.some(known => input instanceof known);
