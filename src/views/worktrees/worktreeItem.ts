import path from 'node:path';
import * as vscode from 'vscode';
import { formatDuration } from '../../common/duration';
import { oneLine } from '../../common/text';
import { deletedRow, worktreeRow, type WorktreeIcon, type WorktreeRow } from '../../domain/worktrees/worktreeRow';
import { themeColour } from '../treeItem';
import type { CoordinatedElement, CoordinatorGroupElement, DeletedGroupElement, WorktreeElement } from './worktreeElements';

const icons: Readonly<Record<WorktreeIcon, string>> = {
  main: 'home',
  foreign: 'folder',
  integration: 'combine',
  running: 'sync~spin',
  missing: 'warning',
  unknown: 'dash',
  conflict: 'git-pull-request-closed',
  operation: 'git-compare',
  changed: 'diff-modified',
  merged: 'git-merge',
  ahead: 'arrow-circle-up',
  clean: 'circle-outline',
  deleted: 'archive',
  deletedUnmerged: 'git-branch',
};

/** @param now milliseconds since 1970, for how long ago something went */
export function worktreeItem(element: WorktreeElement, now: number): vscode.TreeItem {
  switch (element.kind) {
    case 'repository': {
      const item = new vscode.TreeItem(path.basename(element.root), vscode.TreeItemCollapsibleState.Expanded);
      item.id = element.key;
      item.iconPath = vscode.ThemeIcon.Folder;
      item.contextValue = 'repository';
      return item;
    }
    case 'worktree':
      return rowItem(element.key, worktreeRow(element.worktree, vscode.l10n.t, element.size));
    case 'snapshot':
      return rowItem(element.key, deletedRow(element.deleted, vscode.l10n.t, formatDuration(now - element.deleted.takenAt)));
    case 'deleted':
      return groupItem(element);
    case 'coordinator':
      return coordinatorItem(element);
    case 'coordinated':
      return coordinatedItem(element);
    case 'problem': {
      const item = new vscode.TreeItem(oneLine(element.message));
      item.id = element.key;
      item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
      item.contextValue = 'problem';
      return item;
    }
  }
}

function rowItem(key: string, row: WorktreeRow): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label);
  item.id = key;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(icons[row.icon], row.colour && themeColour(row.colour));
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel };
  return item;
}

function groupItem({ key, count, unmerged }: DeletedGroupElement): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Deleted Worktrees'), vscode.TreeItemCollapsibleState.Collapsed);
  const words = [String(count), ...(unmerged === 0 ? [] : [vscode.l10n.t('{0} unmerged', unmerged)])].join(' · ');
  item.id = key;
  item.description = words;
  item.iconPath = new vscode.ThemeIcon('trash');
  item.contextValue = 'deletedGroup';
  item.accessibilityInformation = { label: `${vscode.l10n.t('Deleted Worktrees')}, ${words}` };
  return item;
}

/** Another coordinator's, of which nothing can be done from here. */
function coordinatorItem({ key, tool, count }: CoordinatorGroupElement): vscode.TreeItem {
  const item = new vscode.TreeItem(tool, vscode.TreeItemCollapsibleState.Collapsed);
  const words = count === 1 ? vscode.l10n.t('1 worktree · read only') : vscode.l10n.t('{0} worktrees · read only', count);
  item.id = key;
  item.description = words;
  item.iconPath = new vscode.ThemeIcon('organization');
  item.contextValue = 'coordinatorGroup';
  item.accessibilityInformation = { label: `${tool}, ${words}` };
  return item;
}

function coordinatedItem({ key, entry }: CoordinatedElement): vscode.TreeItem {
  const { task, branch, status, sessionID } = entry;
  const label = oneLine(task ?? branch);
  const item = new vscode.TreeItem(label);
  const words = [...(task === undefined ? [] : [branch]), ...(status === undefined ? [] : [status]), sessionID].map(oneLine).join(' · ');
  item.id = key;
  item.description = words;
  item.iconPath = new vscode.ThemeIcon('folder');
  item.contextValue = 'coordinated';
  item.accessibilityInformation = { label: `${label}, ${words}` };
  return item;
}
