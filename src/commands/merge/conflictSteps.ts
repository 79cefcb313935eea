import * as vscode from 'vscode';
import { CommandId, ViewId } from '../../contributions';
import { conflictWords, needsSide, type ConflictedFile, type ConflictSide } from '../../domain/merge/conflictKind';
import { integrationBranch } from '../../domain/names';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { OpenedResolution } from '../../runtime/run/resolve/openResolution';
import type { CommandServices } from '../commandServices';
import type { Picked } from '../pickNode';

/** Milliseconds. */
const hintTime = 20_000;

/** The merge of a thread in a worktree of its own; the one that is open already, if there is one. */
export async function openMerge({ runtime }: CommandServices, { root, stream, node }: Picked<ThreadNode>): Promise<OpenedResolution> {
  const title = vscode.l10n.t('Merging thread {0} in a worktree of its own', node.id);
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    runtime.repository(root).resolutions.open(stream.id, node.id, new AbortController().signal),
  );
}

/** Shows what is to be decided: files of which a side must be taken in quick picks, the others in editors. */
export async function showConflict(services: CommandServices, picked: Picked<ThreadNode>, opened: OpenedResolution): Promise<void> {
  const { node } = picked;
  let hint: vscode.Disposable | undefined;
  const shownIn = await services.conflicts.open(opened, () => {
    hint?.dispose();
    void offerContinue(picked);
  });
  let left: readonly ConflictedFile[] = opened.files;
  for (const file of opened.files.filter(needsSide)) left = (await takeSide(services, picked, file)) ?? left;
  if (left.length === 0) return offerContinue(picked);
  const names = left.map(({ path }) => path).join(', ');
  const message =
    left.length === 1
      ? vscode.l10n.t('Resolve {0}, then choose Continue Merge on thread {1}.', names, node.id)
      : vscode.l10n.t('Resolve {0} files ({1}), then choose Continue Merge on thread {2}.', left.length, names, node.id);
  // A notification would lie over the merge editor's button, and the next step is offered once that was pressed.
  if (shownIn === 'mergeEditor') hint = vscode.window.setStatusBarMessage(`$(git-merge) ${message}`, hintTime);
  else void offerContinue(picked, message);
}

/** Offers the next step without a dialog. */
export async function offerContinue({ root, node }: Picked<ThreadNode>, message?: string): Promise<void> {
  const goOn = vscode.l10n.t('Continue Merge');
  const text = message ?? vscode.l10n.t('All conflicts of thread {0} are resolved.', node.id);
  if ((await vscode.window.showInformationMessage(text, goOn)) === goOn) {
    // Completing a merge brought Source Control to the front; what becomes of the thread is seen in the plan.
    await vscode.commands.executeCommand(`${ViewId.tree}.focus`);
    await vscode.commands.executeCommand(CommandId.continueMerge, { root, node });
  }
}

/** What is left after the user took a side; undefined when they took none. */
async function takeSide(
  { runtime }: CommandServices,
  { root, stream, node }: Picked<ThreadNode>,
  file: ConflictedFile,
): Promise<readonly ConflictedFile[] | undefined> {
  const gone = vscode.l10n.t('deletes it');
  const items: readonly (vscode.QuickPickItem & { readonly side: ConflictSide })[] = [
    {
      side: 'ours',
      label: vscode.l10n.t('Integration Branch'),
      description: [integrationBranch(stream.id), ...(file.ours ? [] : [gone])].join(' · '),
      detail: broughtIn(stream, file.path),
    },
    {
      side: 'theirs',
      label: vscode.l10n.t('Thread {0}', `${node.id} ${node.name}`),
      description: file.theirs ? '' : gone,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: `${file.path}: ${conflictWords(file)}`,
    placeHolder: vscode.l10n.t('Choose whose version is taken'),
    ignoreFocusOut: true,
  });
  return chosen && runtime.repository(root).resolutions.take(stream.id, node.id, file.path, chosen.side);
}

/** The threads whose work brought that file to the integration branch, as far as their agents' changes are known. */
function broughtIn({ stages }: WorkstreamSnapshot, file: string): string {
  const threads = stages.flatMap(stage => stage.batches).flatMap(batch => batch.threads);
  const changed = ({ tasks }: ThreadNode) =>
    tasks.flatMap(task => task.attempts).some(({ changes = [] }) => changes.some(({ path }) => path === file));
  return threads
    .filter(thread => thread.merge?.state === 'landed' && changed(thread))
    .map(({ id, name }) => `${id} ${name}`)
    .join(', ');
}
