import * as vscode from 'vscode';
import type { Clock } from '../../common/clock';
import type { Disposable } from '../../common/event';
import { ViewId } from '../../contributions';
import type { WorktreeElement } from './worktreeElements';
import type { WorktreeSource } from './worktreeSource';
import { WorktreesTree } from './worktreesTree';

/** The view around the worktrees: somebody looks at them only while it is visible. */
export class WorktreesView implements vscode.Disposable {
  private readonly tree: WorktreesTree;
  private readonly view: vscode.TreeView<WorktreeElement>;
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly source: WorktreeSource,
    clock: Clock,
  ) {
    this.tree = new WorktreesTree(source, clock); // disposed below
    this.view = vscode.window.createTreeView(ViewId.worktrees, { treeDataProvider: this.tree, showCollapseAll: false }); // disposed below
    this.subscriptions = [
      source.onDidChange(() => this.update()),
      this.view.onDidChangeVisibility(({ visible }) => source.setActive(visible)),
      vscode.window.onDidChangeWindowState(({ focused }) => void (focused && this.view.visible && source.refresh())),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void source.refresh()),
    ];
    source.setActive(this.view.visible);
    this.update();
  }

  /** The selected row, for commands that a key invoked. */
  get selection(): WorktreeElement | undefined {
    return this.view.selection[0];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.view.dispose();
    this.tree.dispose();
  }

  private update(): void {
    this.view.message = worktreesMessage(this.source, vscode.workspace.isTrusted);
  }
}

/** The line above the rows; undefined when they say it all. */
export function worktreesMessage({ repositories, loaded }: WorktreeSource, trusted: boolean): string | undefined {
  if (!trusted) return vscode.l10n.t('Restricted Mode: worktrees are listed, nobody looks into them.');
  if (!loaded || repositories.length === 0) return undefined;
  const isBare = repositories.every(({ worktrees, deleted }) => worktrees.length === 1 && deleted.length === 0);
  return isBare ? vscode.l10n.t('No worktrees yet: a run makes one for each task.') : undefined;
}
