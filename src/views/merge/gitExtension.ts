import * as vscode from 'vscode';

/** What we use of the built-in git extension's API, version 1. */
export type GitRepository = {
  readonly rootUri: vscode.Uri;
  readonly state: { readonly mergeChanges: readonly { readonly uri: vscode.Uri }[]; readonly onDidChange: vscode.Event<void> };
  status(): Promise<void>;
};
type GitApi = { openRepository(root: vscode.Uri): Promise<GitRepository | null> };
type GitExtension = { readonly enabled: boolean; getAPI(version: 1): GitApi };

/** A worktree as the built-in git extension has it; undefined when that is absent, switched off, or does not take it. */
export async function openGitRepository(worktree: string): Promise<GitRepository | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return undefined;
  const git = extension.isActive ? extension.exports : await extension.activate();
  if (!git.enabled) return undefined;
  const repository = await git.getAPI(1).openRepository(vscode.Uri.file(worktree));
  await repository?.status();
  return repository ?? undefined;
}
