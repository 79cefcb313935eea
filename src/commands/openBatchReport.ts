import * as vscode from 'vscode';
import { CommandId, CustomEditorId } from '../contributions';
import type { CommandServices, RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerOpenBatchReport: RegisterCommand = services =>
  registerCommand(CommandId.openBatchReport, services, async argument => {
    const picked = await pickNode(services, 'batch', argument, vscode.l10n.t('Choose the batch to report on'));
    if (picked) await showBatchReport(services, { root: picked.root, stream: picked.stream.id, batch: picked.node.id });
  });

/** Writes the report of a batch where it is missing or says something else than now, and opens it as a page. */
export async function showBatchReport(
  { runtime }: CommandServices,
  { root, stream, batch }: { readonly root: string; readonly stream: string; readonly batch: string },
): Promise<void> {
  const file = await runtime.repository(root).reports.writeBatchReport(stream, batch);
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), CustomEditorId.report);
}
