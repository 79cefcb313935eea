import path from 'node:path';
import * as vscode from 'vscode';
import { needsSide } from '../../domain/merge/conflictKind';
import { realPathOf } from '../../runtime/git/paths';
import type { OpenedResolution } from '../../runtime/run/resolve/openResolution';
import { openGitRepository } from './gitExtension';

/** Shows the conflicts of threads in editors: VS Code's merge editor where the git extension is there, else as texts. */
export class ConflictEditors implements vscode.Disposable {
  private readonly watched = new Map<string, vscode.Disposable>();

  /**
   * Opens every file that can be merged by hand, the first one last so that it is in front. `resolved` is told once the git
   * extension sees no conflict any more. Gives in what: `undefined` when there was nothing to open.
   */
  async open({ worktree, files }: OpenedResolution, resolved: () => void): Promise<'mergeEditor' | 'text' | undefined> {
    const texts = files.filter(file => !needsSide(file)).map(({ path: name }) => vscode.Uri.file(path.join(worktree, name)));
    if (texts.length === 0) return undefined;
    const repository = await openGitRepository(worktree);
    for (const text of texts.reverse()) {
      if (repository) await vscode.commands.executeCommand('git.openMergeEditor', text);
      else await vscode.window.showTextDocument(text, { preview: false });
    }
    if (!repository) return 'text';
    this.watched.get(worktree)?.dispose();
    const watch = repository.state.onDidChange(() => {
      if (repository.state.mergeChanges.length > 0) return;
      this.forget(worktree);
      resolved();
    });
    this.watched.set(worktree, watch);
    return 'mergeEditor';
  }

  /** Texts of a worktree that were changed in an editor and not saved. */
  async unsaved(worktree: string): Promise<readonly vscode.TextDocument[]> {
    const isInside = await insideOf(worktree);
    return vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && isInside(uri));
  }

  /**
   * Closes what is open of a worktree, in editors and in Source Control: it is about to go, or gone. False when the user kept one
   * open as VS Code asked them about it; the worktree may not go then.
   */
  async close(worktree: string): Promise<boolean> {
    const isInside = await insideOf(worktree);
    const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
    if (!(await vscode.window.tabGroups.close(tabs.filter(({ input }) => placesOf(input).some(isInside))))) return false;
    this.forget(worktree);
    const repository = await openGitRepository(worktree).catch(() => undefined);
    if (repository) await vscode.commands.executeCommand('git.close', repository.rootUri);
    return true;
  }

  dispose(): void {
    for (const watch of this.watched.values()) watch.dispose();
    this.watched.clear();
  }

  private forget(worktree: string): void {
    this.watched.get(worktree)?.dispose();
    this.watched.delete(worktree);
  }
}

/** Whether a file lies in a worktree, whose name may lead through links. */
async function insideOf(worktree: string): Promise<(uri: vscode.Uri) => boolean> {
  const roots = [worktree, await realPathOf(worktree)].map(root => vscode.Uri.file(`${root}/`).path);
  return ({ scheme, path: file }) => scheme === 'file' && roots.some(root => file.startsWith(root));
}

/** The files of a tab. That of a merge editor has no type in the stable API: it is known by its `result`. */
function placesOf(input: unknown): readonly vscode.Uri[] {
  if (input instanceof vscode.TabInputText) return [input.uri];
  if (input instanceof vscode.TabInputTextDiff) return [input.original, input.modified];
  if (typeof input !== 'object' || input === null || !('result' in input)) return [];
  return input.result instanceof vscode.Uri ? [input.result] : [];
}
