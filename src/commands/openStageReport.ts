import * as vscode from 'vscode';
import { CommandId, CustomEditorId } from '../contributions';
import type { CommandServices, RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerOpenStageReport: RegisterCommand = services =>
  registerCommand(CommandId.openStageReport, services, async argument => {
    const picked = await pickNode(services, 'stage', argument, vscode.l10n.t('Choose the stage to report on'));
    if (picked) await showStageReport(services, { root: picked.root, stream: picked.stream.id, stage: picked.node.id });
  });

/** Writes the report of a stage where it is missing or says something else than now, and opens it as a page. */
export async function showStageReport(
  { runtime }: CommandServices,
  { root, stream, stage }: { readonly root: string; readonly stream: string; readonly stage: string },
): Promise<void> {
  const file = await runtime.repository(root).reports.writeStageReport(stream, stage);
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), CustomEditorId.report);
}
