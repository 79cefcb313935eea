import * as vscode from 'vscode';
import type { Git } from '../runtime/git/git';

/** Shows what a commit did, as text that nothing can be done to. */
export async function showCommit(git: Git, commit: string): Promise<void> {
  const { stdout } = await git.run(['show', '--stat', '--patch', '--end-of-options', commit, '--']);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: stdout, language: 'diff' }), { preview: true });
}
