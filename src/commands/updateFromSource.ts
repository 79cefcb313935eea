import path from 'node:path';
import * as vscode from 'vscode';
import type { PlanSources } from '../runtime/sources/planSources';
import type { CommandServices } from './commandServices';

type ImportedStream = { readonly root: string; readonly sources: PlanSources; readonly stream: string };

/** Compares the plan with what it would be with what changed in its source, and writes that on a yes. */
export async function updateFromSource({ imports }: CommandServices, { root, sources, stream }: ImportedStream): Promise<void> {
  const shown = await sources.previewUpdate(stream);
  if (shown.text === shown.before && shown.tasks.length === 0 && shown.completed.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} has everything that {1} says.', stream, shown.record.path));
    return;
  }
  const plan = vscode.Uri.file(path.join(root, 'work', stream, 'PLAN.md'));
  const title = vscode.l10n.t('PLAN.md ↔ with What Changed in {0}', shown.record.path);
  await vscode.commands.executeCommand('vscode.diff', plan, imports.offer('PLAN.md', shown.text), title);
  const write = vscode.l10n.t('Update the Plan');
  const said = vscode.l10n.t(
    '{0} tasks are new or renamed, {1} were completed at the source. Nothing is written yet.',
    shown.tasks.length,
    shown.completed.length,
  );
  if ((await vscode.window.showInformationMessage(said, write)) !== write) return;
  await sources.update(shown);
  await vscode.window.showTextDocument(plan);
}
