import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { conflictWords } from '../../domain/merge/conflictKind';
import { changedSinceMarked } from '../../runtime/git/conflictedMerge';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { offerContinue } from './conflictSteps';
import { pickResolution } from './pickResolution';

/** Files of a conflict are resolved as they stand on the disk: for who merges them in a text editor. */
export const registerMarkResolved: RegisterCommand = services =>
  registerCommand(CommandId.markResolved, services, async argument => {
    const picked = await pickResolution(services, argument, vscode.l10n.t('Choose the thread whose files are resolved'));
    if (!picked) return;
    const { root, stream, node, worktree } = picked;
    const { git, resolutions } = services.runtime.repository(root);
    const files = (await resolutions.find(stream.id, node.id))?.files ?? [];
    const known = new Set(files.map(({ path }) => path));
    const changed = (await changedSinceMarked(git, worktree)).filter(path => !known.has(path));
    const items = [
      ...files.map(file => ({ label: file.path, description: conflictWords(file) })),
      ...changed.map(path => ({ label: path, description: vscode.l10n.t('changed since it was marked') })),
    ];
    if (items.length === 0) return offerContinue(picked);
    const chosen = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      title: vscode.l10n.t('Mark Resolved'),
      placeHolder: vscode.l10n.t('Choose the files that are resolved as they stand now'),
    });
    for (const { label } of chosen ?? []) await resolutions.mark(stream.id, node.id, label);
    if (chosen?.length === items.length) await offerContinue(picked);
  });
