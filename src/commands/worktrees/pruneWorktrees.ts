import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { pruneWorktrees } from '../../runtime/git/pruneWorktrees';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Makes git forget the worktrees whose folders are gone; their branches stay. */
export const registerPruneWorktrees: RegisterCommand = services =>
  registerCommand(CommandId.pruneWorktrees, services, async () => {
    await services.worktrees.refresh();
    const gone = services.worktrees.repositories.flatMap(({ root, worktrees }) =>
      worktrees.filter(({ condition, locked }) => condition.kind === 'missing' && locked === undefined).map(({ path }) => ({ root, path })),
    );
    if (gone.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Every worktree that git knows has its folder: there is nothing to prune.'));
      return;
    }
    const prune = vscode.l10n.t('Prune');
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('Forget worktrees whose folders are gone?'),
      { modal: true, detail: `${gone.map(({ path }) => path).join('\n')}\n\n${vscode.l10n.t('Their branches and commits stay.')}` },
      prune,
    );
    if (chosen !== prune) return;
    for (const root of new Set(gone.map(each => each.root))) await pruneWorktrees(services.runtime.repository(root).git, { dryRun: false });
    await services.worktrees.refresh();
  });
