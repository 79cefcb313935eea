import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { knownReport, reportFile } from './openReport';
import { registerCommand } from './registerCommand';

/** Opens the report in front as the Markdown that it is, written anew when it says something else than its page. */
export const registerOpenReportMarkdown: RegisterCommand = services =>
  registerCommand(CommandId.openReportMarkdown, services, async argument => {
    const uri = reportFile(argument);
    if (!uri) return;
    const ref = vscode.workspace.isTrusted ? await knownReport(services, uri) : undefined;
    if (ref) await services.runtime.repository(ref.root).reports.write(ref.stream, ref.id);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
  });
