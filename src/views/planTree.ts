import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import { ChangeFlush } from './changeFlush';
import { PlanElements, type NodeElement, type PlanElement } from './planElements';
import type { PlanSource, ServiceSource } from './planSource';
import { planTooltip } from './planTooltip';
import { treeItemOf } from './treeItem';

/** The plan as a tree: one repository's stages, or a folder for each of several repositories. */
export class PlanTree implements vscode.TreeDataProvider<PlanElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<PlanElement[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly elements = new PlanElements();
  private readonly flush = new ChangeFlush<PlanElement>(
    element => this.elements.parent(element),
    elements => this.changed.fire(elements?.filter(element => this.elements.has(element))),
  );
  private readonly subscriptions: readonly Disposable[];

  constructor(source: PlanSource, services: Pick<ServiceSource, 'paused' | 'onDidChange'>) {
    const update = () => this.elements.update(source.repositories, services.paused);
    update();
    this.subscriptions = [source, services].map(({ onDidChange }) => onDidChange(() => this.flush.add(update())));
  }

  /** The row of a stage, batch, thread or task of a repository. */
  find(root: string, id: string): NodeElement | undefined {
    return this.elements.find(root, id);
  }

  /** Has VS Code told of every row that is known: it reveals no other. */
  drawNow(): void {
    this.flush.now();
  }

  getChildren(element?: PlanElement): PlanElement[] {
    if (element) return [...this.elements.children(element)];
    this.flush.drawnWhole(); // VS Code asks for everything below the first level, too
    return [...this.elements.roots];
  }

  getParent(element: PlanElement): PlanElement | undefined {
    return this.elements.parent(element);
  }

  getTreeItem(element: PlanElement): vscode.TreeItem {
    return treeItemOf(element);
  }

  resolveTreeItem(item: vscode.TreeItem, element: PlanElement): vscode.TreeItem {
    this.elements.explain(element);
    item.tooltip = planTooltip(element);
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.flush.dispose();
    this.changed.dispose();
  }
}
