import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { deletedLabel } from '../../domain/worktrees/worktreeRow';
import type { RegisterCommand } from '../commandServices';
import { rootOf } from '../pickNode';
import { registerCommand } from '../registerCommand';
import { forgetSnapshots } from './forgetSnapshots';
import { allSnapshots, type PickedSnapshot } from './pickWorktree';

const shown = 10;

/** Forgets every deleted worktree whose work is merged, of the row's repository or of all, after they were named; unmerged ones stay. */
export const registerForgetMerged: RegisterCommand = services =>
  registerCommand(CommandId.forgetMerged, services, async argument => {
    const root = rootOf(argument);
    const all = (await allSnapshots(services)).filter(each => root === undefined || each.root === root);
    const merged = all.filter(({ deleted }) => !deleted.unmerged);
    const unmerged = all.filter(({ deleted }) => deleted.unmerged);
    const stay = unmerged.length === 0 ? '' : vscode.l10n.t('What holds unmerged work stays: {0}.', named(unmerged).join(', '));
    if (merged.length === 0) {
      void vscode.window.showInformationMessage(
        `${vscode.l10n.t('There is nothing to forget: the work of no deleted worktree is merged.')} ${stay}`.trim(),
      );
      return;
    }
    const forget = vscode.l10n.t('Forget');
    const message =
      merged.length === 1
        ? vscode.l10n.t('Forget 1 deleted worktree whose work is merged?')
        : vscode.l10n.t('Forget {0} deleted worktrees whose work is merged?', merged.length);
    const lost = vscode.l10n.t('Their work is in the integration branch. Once forgotten, they cannot be restored.');
    const detail = [named(merged).join('\n'), lost, stay].filter(Boolean).join('\n\n');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, forget)) !== forget) return;
    await forgetSnapshots(services, merged);
  });

/** A dialog must not grow past the window. */
function named(all: readonly PickedSnapshot[]): readonly string[] {
  const labels = all.slice(0, shown).map(({ deleted }) => deletedLabel(deleted));
  return all.length > shown ? [...labels, vscode.l10n.t('and {0} more', all.length - shown)] : labels;
}
