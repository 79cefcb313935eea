import path from 'node:path';
import * as vscode from 'vscode';
import type { SourceChange } from '../domain/sources/sourceChanges';
import type { PlanSources } from '../runtime/sources/planSources';
import type { PromptUpdate } from '../runtime/sources/promptUpdates';
import type { UpdatePreview } from '../runtime/sources/sourceUpdates';
import type { CommandServices } from './commandServices';

type ImportedStream = { readonly root: string; readonly sources: PlanSources; readonly stream: string };

/** Compares the plan with what it would be with what changed in its source, and writes that on a yes. */
export async function updateFromSource({ imports }: CommandServices, { root, sources, stream }: ImportedStream): Promise<void> {
  const shown = await sources.previewUpdate(stream);
  if (shown.isEmpty) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} has everything that {1} says.', stream, shown.record.path));
    return;
  }
  const plan = vscode.Uri.file(path.join(root, 'work', stream, 'PLAN.md'));
  const title = vscode.l10n.t('PLAN.md ↔ with What Changed in {0}', shown.record.path);
  await vscode.commands.executeCommand('vscode.diff', plan, imports.offer('PLAN.md', shown.text), title);
  const write = vscode.l10n.t('Update the Plan');
  const said = [...sayChanges(shown), vscode.l10n.t('Nothing is written yet.')].join(' ');
  if ((await vscode.window.showInformationMessage(said, write)) !== write) return;
  await sources.update(shown);
  await vscode.window.showTextDocument(plan);
}

/** What the comparison of the plan does not show, or not at first sight. */
function sayChanges({ changes, prompts }: UpdatePreview): readonly string[] {
  const numberOf = (kind: SourceChange['kind']) => changes.filter(change => change.kind === kind).length;
  const names = (kind: PromptUpdate['kind']) => prompts.filter(prompt => prompt.kind === kind).map(({ thread }) => thread);
  const edited = names('edited');
  const rewritten = names('rewritten');
  return [
    ...(changes.length === 0
      ? []
      : [
          vscode.l10n.t(
            'At the source, threads and tasks were added: {0}, renamed: {1}, taken out: {2}, completed: {3}.',
            numberOf('added'),
            numberOf('renamed'),
            numberOf('gone'),
            numberOf('completed'),
          ),
        ]),
    ...(rewritten.length === 0 ? [] : [vscode.l10n.t('Prompts are written anew: {0}.', rewritten.join(', '))]),
    ...(edited.length === 0
      ? []
      : [vscode.l10n.t('Prompts that were edited by hand stay, and do not say what changed: {0}.', edited.join(', '))]),
  ];
}
