import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { reportText } from '../domain/reports/stageReport';
import type { RegisterCommand } from './commandServices';
import { knownReport, reportFile } from './openReport';
import { registerCommand } from './registerCommand';

/** Puts the report in front on the clipboard, as Markdown, as it is now. */
export const registerCopyReport: RegisterCommand = services =>
  registerCommand(CommandId.copyReport, services, async argument => {
    const uri = reportFile(argument);
    if (!uri) return;
    const ref = await knownReport(services, uri);
    const text = ref
      ? reportText(await services.runtime.repository(ref.root).reports.read(ref.stream, ref.id))
      : (await vscode.workspace.openTextDocument(uri)).getText();
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('The report is on the clipboard, as Markdown.'), 4000);
  });
