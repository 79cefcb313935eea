import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { FindingCode, Findings } from '../domain/run/checkRun';
import type { CommandServices } from './commandServices';

/** What could not be run. `id`: of a batch, or of a stage. */
type Place = { readonly root: string; readonly id: string };
type Step = { readonly title: string; readonly command: string; readonly argument?: unknown };

/** Says why nothing is run, all of it in the log, the first in a message with what can be done about it. */
export async function showProblems({ log }: CommandServices, { problems }: Findings, place: Place): Promise<void> {
  for (const { message } of problems) log.error(message);
  const [first] = problems;
  if (!first) return;
  const step = nextStep(first.code, place);
  if (first.code === 'other-driver') return follow(step, await vscode.window.showWarningMessage(first.message, ...titleOf(step)));
  const showLog = { title: vscode.l10n.t('Show Log'), command: CommandId.showLog };
  const more = problems.length > 1 ? ` ${vscode.l10n.t('({0} more in the log)', problems.length - 1)}` : '';
  const chosen = await vscode.window.showErrorMessage(`${first.message}${more}`, ...titleOf(step), showLog.title);
  await follow(chosen === showLog.title ? showLog : step, chosen);
}

function nextStep(code: FindingCode, { root, id }: Place): Step | undefined {
  switch (code) {
    case 'other-driver':
      return { title: vscode.l10n.t('Take Over…'), command: CommandId.takeOver };
    case 'unwritten':
    case 'plan-errors':
    case 'no-threads':
      return { title: vscode.l10n.t('Go to Plan'), command: CommandId.goToPlan, argument: { root, node: { id } } };
    case 'unknown-agent':
    case 'unknown-model':
    case 'agents-file': {
      const file = vscode.Uri.file(path.join(root, 'work', 'agents.yaml'));
      return { title: vscode.l10n.t('Open agents.yaml'), command: 'vscode.open', argument: file };
    }
    case 'no-server':
    case 'no-model':
      return { title: vscode.l10n.t('Check Set-Up'), command: CommandId.checkSetUp };
    default:
      return undefined;
  }
}

const titleOf = (step: Step | undefined): readonly string[] => (step ? [step.title] : []);

async function follow(step: Step | undefined, chosen: string | undefined): Promise<void> {
  if (step && step.title === chosen) await vscode.commands.executeCommand(step.command, step.argument);
}
