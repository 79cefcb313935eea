import * as vscode from 'vscode';
import { isDirty, type DeletedWorktree, type WorktreeFacts } from '../../domain/worktrees/worktreeFacts';
import { deletedRow, worktreeLabel, worktreeRow } from '../../domain/worktrees/worktreeRow';
import type { WorktreeElement } from '../../views/worktrees/worktreeElements';
import type { CommandServices } from '../commandServices';

export type PickedWorktree = { readonly root: string; readonly worktree: WorktreeFacts };
export type PickedSnapshot = { readonly root: string; readonly deleted: DeletedWorktree };

/**
 * The worktree a command is about: the row it was invoked on, else the selected row, else one that the user chooses among those
 * that `suits`, looked up anew. Undefined when the user chose none, or when there is none.
 */
export async function pickWorktree(
  services: CommandServices,
  argument: unknown,
  placeHolder: string,
  suits: (worktree: WorktreeFacts) => boolean = isPresent,
): Promise<PickedWorktree | undefined> {
  const given = rowOf(services, argument);
  if (given?.kind === 'worktree') return suits(given.worktree) ? given : sayNothing();
  const items = (await allWorktrees(services))
    .filter(({ worktree }) => suits(worktree))
    .map(picked => {
      const { label, description } = worktreeRow(picked.worktree, vscode.l10n.t);
      return { label, description, detail: picked.worktree.path, choice: picked };
    });
  if (items.length === 0) return sayNothing();
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true, matchOnDetail: true }))?.choice;
}

/** As `pickWorktree`, of what was removed and can be restored. */
export async function pickSnapshot(services: CommandServices, argument: unknown, placeHolder: string): Promise<PickedSnapshot | undefined> {
  const given = rowOf(services, argument);
  if (given?.kind === 'snapshot') return given;
  const items = (await allSnapshots(services)).map(choice => {
    const { label, description } = deletedRow(choice.deleted, vscode.l10n.t);
    const at = new Date(choice.deleted.takenAt).toLocaleString(vscode.env.language);
    return { label, description, detail: `${at} · ${choice.deleted.worktree}`, choice };
  });
  if (items.length === 0) return sayNothing();
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true, matchOnDetail: true }))?.choice;
}

/** Every worktree of every repository as it is now. */
export async function allWorktrees({ worktrees }: CommandServices): Promise<readonly PickedWorktree[]> {
  await worktrees.refresh();
  return worktrees.repositories.flatMap(({ root, worktrees: all }) => all.map(worktree => ({ root, worktree })));
}

/** Everything that was removed and can be restored, as it is now. */
export async function allSnapshots({ worktrees }: CommandServices): Promise<readonly PickedSnapshot[]> {
  await worktrees.refresh();
  return worktrees.repositories.flatMap(({ root, deleted }) => deleted.map(each => ({ root, deleted: each })));
}

export const isPresent = ({ condition }: WorktreeFacts) => condition.kind !== 'missing';

export const labelOf = (worktree: WorktreeFacts) => worktreeLabel(worktree, vscode.l10n.t);

/** How much would be kept of what nobody committed. */
export function changesOf(worktree: WorktreeFacts): number {
  return isDirty(worktree) && worktree.condition.kind === 'read' ? worktree.condition.changed + worktree.condition.untracked : 0;
}

/** The row a command was invoked on, or that is selected. */
export function rowOf({ worktreesView }: CommandServices, argument: unknown): WorktreeElement | undefined {
  if (argument === undefined) return worktreesView.selection;
  return isElement(argument) ? argument : undefined;
}

function isElement(argument: unknown): argument is WorktreeElement {
  if (typeof argument !== 'object' || argument === null || !('kind' in argument)) return false;
  return (argument.kind === 'worktree' && 'worktree' in argument) || (argument.kind === 'snapshot' && 'deleted' in argument);
}

async function sayNothing(): Promise<undefined> {
  await vscode.window.showInformationMessage(vscode.l10n.t('There is no worktree that this applies to.'));
  return undefined;
}
