import * as vscode from 'vscode';
import type { PlanElement } from '../../../src/views/planElements';
import type { PlanTree } from '../../../src/views/planTree';

const iconOf = ({ iconPath }: vscode.TreeItem) => (iconPath instanceof vscode.ThemeIcon ? iconPath.id : '-');

/** The tree as indented text: icon, label, description. */
export function drawTree(tree: PlanTree, element?: PlanElement, indent = ''): string[] {
  return tree.getChildren(element).flatMap(child => {
    const item = tree.getTreeItem(child);
    const label = typeof item.label === 'string' ? item.label : (item.label?.label ?? '');
    return [
      `${indent}(${iconOf(item)}) ${label}${item.description ? ` [${String(item.description)}]` : ''}`,
      ...drawTree(tree, child, `${indent}  `),
    ];
  });
}
