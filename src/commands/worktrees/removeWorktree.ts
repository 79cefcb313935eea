import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { isRemovable } from '../../domain/worktrees/worktreeFacts';
import { ignoredEntries } from '../../runtime/git/worktreeFiles';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { changesOf, isPresent, labelOf, pickWorktree, rowOf, type PickedWorktree } from './pickWorktree';
import { removeWorktrees } from './removeWorktrees';

const shown = 5;

/** Removes one of our worktrees, after it was said what is kept of it and what is not. The key on what was removed already forgets it. */
export const registerRemoveWorktree: RegisterCommand = services =>
  registerCommand(CommandId.removeWorktree, services, async argument => {
    const row = rowOf(services, argument);
    if (row?.kind === 'snapshot') return vscode.commands.executeCommand(CommandId.forgetWorktree, row);
    const picked = await pickWorktree(services, argument, vscode.l10n.t('Choose the worktree to remove'), isRemovable);
    if (!picked) return;
    const { git } = services.runtime.repository(picked.root);
    const ignored = isPresent(picked.worktree) ? await ignoredEntries(git, picked.worktree.path) : [];
    const remove = vscode.l10n.t('Remove');
    const message = vscode.l10n.t('Remove the worktree of {0}?', labelOf(picked.worktree));
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail: detailOf(picked, ignored) }, remove)) !== remove) return;
    await removeWorktrees(services, [picked]);
  });

function detailOf({ worktree }: PickedWorktree, ignored: readonly string[]): string {
  const changes = changesOf(worktree);
  const kept =
    changes > 0
      ? vscode.l10n.t('Kept, and restored by Deleted Worktrees: every file, what is not committed ({0}) among it.', changes)
      : vscode.l10n.t('Kept: its commits, on a branch or in Deleted Worktrees.');
  const names = ignored.slice(0, shown).join(', ') + (ignored.length > shown ? ', …' : '');
  const lost =
    ignored.length === 0
      ? vscode.l10n.t('It holds no ignored files: nothing is lost.')
      : vscode.l10n.t('Not kept: ignored files ({0}) and empty folders.', names);
  return [worktree.path, kept, lost].join('\n\n');
}
