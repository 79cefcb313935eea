import * as vscode from 'vscode';
import { ViewId } from './contributions';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Work', { log: true });
  const empty: vscode.TreeDataProvider<vscode.TreeItem> = { getChildren: () => [], getTreeItem: item => item };
  context.subscriptions.push(log, vscode.window.createTreeView(ViewId.tree, { treeDataProvider: empty }));
  log.info('Workstreams is active');
}
