import * as vscode from 'vscode';
import type { Clock } from '../../common/clock';
import type { Disposable } from '../../common/event';
import { ChangeFlush } from '../changeFlush';
import { WorktreeElements, type WorktreeElement } from './worktreeElements';
import { worktreeItem } from './worktreeItem';
import type { WorktreeSource } from './worktreeSource';
import { worktreeTooltip, type MeasuredSize } from './worktreeTooltip';

/** Milliseconds that a tooltip waits for a worktree to be measured. */
const patience = 1500;

/** The worktrees of one repository, or a folder for each of several repositories. */
export class WorktreesTree implements vscode.TreeDataProvider<WorktreeElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<WorktreeElement[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly elements = new WorktreeElements();
  private readonly flush = new ChangeFlush<WorktreeElement>(
    element => this.elements.parent(element),
    elements => this.changed.fire(elements?.filter(element => this.elements.has(element))),
  );
  private readonly subscription: Disposable;

  constructor(
    private readonly source: WorktreeSource,
    private readonly clock: Clock,
  ) {
    this.update();
    this.subscription = source.onDidChange(() => this.flush.add(this.update()));
  }

  getChildren(element?: WorktreeElement): WorktreeElement[] {
    if (element) return [...this.elements.children(element)];
    this.flush.drawnWhole(); // VS Code asks for everything below the first level, too
    return [...this.elements.roots];
  }

  getParent(element: WorktreeElement): WorktreeElement | undefined {
    return this.elements.parent(element);
  }

  getTreeItem(element: WorktreeElement): vscode.TreeItem {
    return worktreeItem(element, this.clock.now());
  }

  /** Measures the worktree that is pointed at, until the mouse leaves it or patience ends. */
  async resolveTreeItem(item: vscode.TreeItem, element: WorktreeElement, token: vscode.CancellationToken): Promise<vscode.TreeItem> {
    const size = element.kind === 'worktree' ? await this.measure(element.root, element.worktree.path, token) : undefined;
    item.tooltip = worktreeTooltip(element, this.clock.now(), size);
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.flush.dispose();
    this.changed.dispose();
  }

  private update(): 'all' | readonly WorktreeElement[] {
    return this.elements.update(this.source.repositories, (root, worktree) => this.source.sizeOf(root, worktree));
  }

  private async measure(root: string, worktree: string, token: vscode.CancellationToken): Promise<MeasuredSize | undefined> {
    const known = this.source.sizeOf(root, worktree);
    if (known) return known;
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    try {
      return await this.source.measure(root, worktree, AbortSignal.any([controller.signal, AbortSignal.timeout(patience)]));
    } catch {
      return undefined; // given up: the tooltip says how to have it measured
    } finally {
      subscription.dispose();
    }
  }
}
