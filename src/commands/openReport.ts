import * as vscode from 'vscode';
import { CustomEditorId } from '../contributions';
import { reportRefOf, subjectOfFile, type ReportRef } from '../views/reports/reportPlace';
import type { CommandServices } from './commandServices';

/** The file of the page that a command is about: the one it was invoked on, else the one in front. Says so when there is none. */
export function reportFile(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputCustom && input.viewType === CustomEditorId.report) return input.uri;
  void vscode.window.showInformationMessage(vscode.l10n.t('Open a report first: this is about the report in front.'));
  return undefined;
}

/** The stage or batch whose report that file is, if it is one of a repository of this window, as its plan has it now. */
export async function knownReport({ runtime, plans }: CommandServices, { fsPath }: vscode.Uri): Promise<ReportRef | undefined> {
  const ref = reportRefOf(fsPath);
  if (!ref || !plans.repositories.some(({ root }) => root === ref.root)) return undefined;
  return subjectOfFile(await runtime.repository(ref.root).snapshot(ref.stream), fsPath) ? ref : undefined;
}
