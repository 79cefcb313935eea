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

  /** Closes what is open of a worktree, in editors and in Source Control: it is about to go, or gone. */
  async close(worktree: string): Promise<void> {
    this.forget(worktree);
    const roots = [worktree, await realPathOf(worktree)].map(root => vscode.Uri.file(`${root}/`).path);
    const isInside = ({ path: file }: vscode.Uri) => roots.some(root => file.startsWith(root));
    const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter(({ input }) => placesOf(input).some(isInside)));
    const repository = await openGitRepository(worktree).catch(() => undefined);
    if (repository) await vscode.commands.executeCommand('git.close', repository.rootUri);
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

/** The files of a tab. That of a merge editor has no type in the stable API: it is known by its `result`. */
function placesOf(input: unknown): readonly vscode.Uri[] {
  if (input instanceof vscode.TabInputText) return [input.uri];
  if (input instanceof vscode.TabInputTextDiff) return [input.original, input.modified];
  if (typeof input !== 'object' || input === null || !('result' in input)) return [];
  return input.result instanceof vscode.Uri ? [input.result] : [];
}
