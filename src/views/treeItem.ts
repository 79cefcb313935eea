import path from 'node:path';
import * as vscode from 'vscode';
import { oneLine } from '../common/text';
import { CommandId } from '../contributions';
import { awaitsMergeBelow, type IconKey, type RowColour } from '../domain/tree/rowState';
import { treeRow } from '../domain/tree/rows';
import type { FolderElement, NodeElement, PlanElement, ProblemElement } from './planElements';

/** A shape for each state, so that nobody needs the colour to tell them apart. */
export const stateIcons: Readonly<Record<IconKey, string>> = {
  pending: 'circle-outline',
  inProgress: 'circle-large-outline',
  running: 'sync~spin',
  paused: 'debug-pause',
  waiting: 'lock',
  working: 'loading~spin',
  thinking: 'lightbulb',
  looping: 'issue-reopened',
  stalled: 'watch',
  dead: 'debug-disconnect',
  unknown: 'eye-closed',
  completed: 'pass',
  toMerge: 'git-pull-request',
  merged: 'git-merge',
  blocked: 'error',
  conflict: 'git-pull-request-closed',
  mayConflict: 'git-compare',
  rejected: 'beaker',
  cancelled: 'circle-slash',
  asking: 'question',
  budget: 'credit-card',
  escalated: 'bell-dot',
  gate: 'shield',
  approved: 'verified-filled',
  delivered: 'check-all',
  undelivered: 'package',
};
const colours: Readonly<Record<RowColour, string>> = {
  green: 'charts.green',
  red: 'charts.red',
  yellow: 'charts.yellow',
  blue: 'charts.blue',
  grey: 'disabledForeground',
};

export const themeColour = (colour: RowColour) => new vscode.ThemeColor(colours[colour]);

export function treeItemOf(element: PlanElement): vscode.TreeItem {
  switch (element.kind) {
    case 'folder':
      return folderItem(element);
    case 'problem':
      return problemItem(element);
    case 'node':
      return nodeItem(element);
  }
}

function nodeItem(element: NodeElement): vscode.TreeItem {
  const { node, context } = element;
  const row = treeRow(node, vscode.l10n.t, context);
  const item = new vscode.TreeItem(row.label, collapsing(element));
  item.id = element.key;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(stateIcons[row.icon], row.colour && themeColour(row.colour));
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel };
  if (node.kind === 'thread' || node.kind === 'task') {
    item.command = { command: CommandId.focusTerminal, title: vscode.l10n.t('Focus Terminal'), arguments: [element] };
  }
  return item;
}

/** What is done is folded; what is next, or waits for somebody, is open. */
function collapsing({ node, context: { nextBatch } }: NodeElement): vscode.TreeItemCollapsibleState {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'stage':
      return node.batches.length === 0
        ? None
        : node.status === 'completed' && !node.atGate && !awaitsMergeBelow(node)
          ? Collapsed
          : Expanded;
    case 'batch':
      return node.threads.length === 0 ? None : node.running || node.id === nextBatch ? Expanded : Collapsed;
    case 'thread':
      return node.tasks.length === 0 ? None : Collapsed;
    case 'task':
      return None;
  }
}

function folderItem({ key, root, repository: { stream, hasWork } }: FolderElement): vscode.TreeItem {
  const item = new vscode.TreeItem(path.basename(root), vscode.TreeItemCollapsibleState.Expanded);
  item.id = key;
  item.iconPath = vscode.ThemeIcon.Folder;
  item.contextValue = 'folder';
  item.description = stream?.name ?? (hasWork ? vscode.l10n.t('no workstream is chosen') : vscode.l10n.t('no workstreams'));
  item.accessibilityInformation = { label: `${path.basename(root)}, ${item.description}` };
  return item;
}

function problemItem({ key, root, problem }: ProblemElement): vscode.TreeItem {
  const file = path.resolve(root, problem.file);
  const place = problem.line === undefined ? '' : `:${problem.line}${problem.column === undefined ? '' : `:${problem.column}`}`;
  const item = new vscode.TreeItem(oneLine(problem.message));
  item.id = key;
  item.description = `${path.basename(file)}${place}`;
  item.iconPath =
    problem.severity === 'error'
      ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
      : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'problem';
  item.accessibilityInformation = { label: `${oneLine(problem.message)}, ${item.description}` };
  const line = Math.max(0, (problem.line ?? 1) - 1);
  const column = Math.max(0, (problem.column ?? 1) - 1);
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Open File'),
    arguments: [vscode.Uri.file(file), { selection: new vscode.Range(line, column, line, column) }],
  };
  return item;
}
