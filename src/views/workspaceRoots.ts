import * as vscode from 'vscode';
import { findMainCheckout } from '../runtime/files/repositoryRoot';

/** The repositories around the workspace's folders, each once, in the order of the folders; a worktree stands for its main checkout. */
export async function workspaceRoots(allowed: readonly string[]): Promise<readonly string[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
  const roots = await Promise.all(folders.map(folder => findMainCheckout(folder.uri.fsPath)));
  const found = [...new Set(roots.filter(root => root !== undefined))];
  return allowed.length === 0 ? found : found.filter(root => allowed.includes(root));
}
