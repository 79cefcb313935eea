import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { deletedLabel } from '../../domain/worktrees/worktreeRow';
import { showChanges } from '../../views/worktrees/showChanges';
import type { CommandServices, RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { isPresent, labelOf, pickSnapshot, pickWorktree } from './pickWorktree';

/**
 * Shows what was done in a worktree since its task began, committed or not; of one that nobody of ours works in, what is not
 * committed. A deleted one shows what its snapshot holds.
 */
export const registerShowWorktreeChanges: RegisterCommand = services =>
  registerCommand(CommandId.showWorktreeChanges, services, async argument => {
    if (isSnapshot(argument)) {
      await showDeleted(services, argument);
      return;
    }
    const picked = await pickWorktree(
      services,
      argument,
      vscode.l10n.t('Choose the worktree whose changes to show'),
      worktree => isPresent(worktree) && worktree.head !== undefined,
    );
    const base = picked?.worktree.base ?? picked?.worktree.head;
    if (!picked || base === undefined) return;
    const title = labelOf(picked.worktree);
    const { git } = services.runtime.repository(picked.root);
    sayNothing(title, await showChanges({ title, git, worktree: picked.worktree.path, base }));
  });

async function showDeleted(services: CommandServices, argument: unknown): Promise<void> {
  const picked = await pickSnapshot(services, argument, '');
  const base = picked?.deleted.base ?? picked?.deleted.head;
  if (!picked || base === undefined) return;
  const title = deletedLabel(picked.deleted);
  const { git } = services.runtime.repository(picked.root);
  sayNothing(title, await showChanges({ title, git, worktree: picked.deleted.worktree, base, head: picked.deleted.id }));
}

function sayNothing(title: string, files: number): void {
  if (files === 0) void vscode.window.showInformationMessage(vscode.l10n.t('Nothing was changed in {0}.', title));
}

const isSnapshot = (argument: unknown) =>
  typeof argument === 'object' && argument !== null && 'kind' in argument && argument.kind === 'snapshot';
