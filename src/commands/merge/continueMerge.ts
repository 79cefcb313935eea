import path from 'node:path';
import * as vscode from 'vscode';
import { withoutTicks } from '../../common/text';
import { CommandId } from '../../contributions';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { ContinuedResolution } from '../../runtime/run/resolve/continueResolution';
import type { CommandServices, RegisterCommand } from '../commandServices';
import type { Picked } from '../pickNode';
import { registerCommand } from '../registerCommand';
import { reviewAtGate } from '../reviewAtGate';
import { showConflict } from './conflictSteps';
import { pickResolution } from './pickResolution';

/** Takes what was resolved by hand: checked like every merge, and landed when it is green. */
export const registerContinueMerge: RegisterCommand = services =>
  registerCommand(CommandId.continueMerge, services, async argument => {
    const picked = await pickResolution(services, argument, vscode.l10n.t('Choose the thread whose merge to continue'));
    if (!picked) return;
    const { root, stream, node, worktree } = picked;
    if (!(await saveFirst(services, worktree))) return;
    const { resolutions } = services.runtime.repository(root);
    const title = vscode.l10n.t('Checking and merging thread {0}', node.id);
    const end = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => stop.abort());
        return resolutions.continue(stream.id, node.id, stop.signal);
      },
    );
    if (end.kind === 'landed' || end.kind === 'empty' || end.kind === 'again') await services.conflicts.close(worktree);
    await Promise.all([tell(services, picked, end), reviewAtGate(services, picked)]);
  });

/** What is merged are the files as they are on the disk: what only an editor has would be lost with the worktree. False to wait. */
async function saveFirst({ conflicts }: CommandServices, worktree: string): Promise<boolean> {
  const unsaved = await conflicts.unsaved(worktree);
  if (unsaved.length === 0) return true;
  const names = unsaved.map(({ uri }) => path.relative(worktree, uri.fsPath)).join(', ');
  const save = vscode.l10n.t('Save and Continue');
  const message = vscode.l10n.t('Not saved yet: {0}. Files are merged as they are on the disk.', names);
  if ((await vscode.window.showWarningMessage(message, save)) !== save) return false;
  await Promise.all(unsaved.map(document => document.save()));
  return (await conflicts.unsaved(worktree)).length === 0;
}

async function tell(services: CommandServices, picked: Picked<ThreadNode>, end: ContinuedResolution): Promise<void> {
  const { id } = picked.node;
  switch (end.kind) {
    case 'landed':
      void vscode.window.showInformationMessage(vscode.l10n.t('Thread {0} is merged into {1}.', id, end.branch));
      return;
    case 'empty':
      void vscode.window.showInformationMessage(vscode.l10n.t('Nothing of thread {0} was left to merge into {1}.', id, end.branch));
      return;
    case 'unresolved': {
      const names = end.files.map(({ path }) => path).join(', ');
      return offer(vscode.l10n.t('Still in conflict: {0}. Nothing was merged.', names), [
        [vscode.l10n.t('Resolve Conflict…'), CommandId.resolveConflict],
        [vscode.l10n.t('Mark Resolved…'), CommandId.markResolved],
      ]);
    }
    case 'changed':
      return offer(vscode.l10n.t('Changed after they were marked resolved: {0}. Nothing was merged.', end.files.join(', ')), [
        [vscode.l10n.t('Mark Resolved…'), CommandId.markResolved],
      ]);
    case 'rejected':
      return offer(
        vscode.l10n.t(
          'What you resolved does not pass: {0}. Nothing was merged, and your worktree is as you left it.',
          withoutTicks(end.reason),
        ),
        [[vscode.l10n.t('Resolve Conflict…'), CommandId.resolveConflict]],
      );
    case 'again':
      void vscode.window.showWarningMessage(
        vscode.l10n.t('The integration branch has moved on, and what it got conflicts with what you resolved. Please resolve that too.'),
      );
      return showConflict(services, picked, end.opened);
  }

  async function offer(message: string, actions: readonly (readonly [string, CommandId])[]): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(message, ...actions.map(([title]) => title));
    const command = actions.find(([title]) => title === chosen)?.[1];
    if (command !== undefined) await vscode.commands.executeCommand(command, picked);
  }
}
