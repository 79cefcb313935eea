import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { reportFileName } from '../domain/reports/reportFileName';
import { approvalProblem } from '../domain/run/checkApproval';
import type { CommandServices, RegisterCommand } from './commandServices';
import { nodesOf, pickNode, type NodeOf, type Picked } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerApproveStage: RegisterCommand = services =>
  registerCommand(CommandId.approveStage, services, async argument => {
    const picked =
      stageOfReport(services, argument) ??
      (await pickNode(services, 'stage', argument, vscode.l10n.t('Choose the stage to approve'), stage => stage.approval !== 'approved'));
    if (!picked) return;
    const { root, stream, node } = picked;
    const problem = approvalProblem(node);
    if (problem !== undefined && !(await approveAnyway(problem))) return;
    await services.runtime.repository(root).actions.approveStage(stream.id, Number(node.id), { force: problem !== undefined });
  });

/** Asks with a problem's first line, and the others below it. */
export async function approveAnyway(problem: string): Promise<boolean> {
  const approve = vscode.l10n.t('Approve Anyway');
  const [first = problem, ...others] = problem.split('\n');
  return (await vscode.window.showWarningMessage(first, { modal: true, detail: others.join('\n') }, approve)) === approve;
}

/** The stage whose report is open in the editor that the command was invoked on. */
function stageOfReport({ plans }: CommandServices, argument: unknown): Picked<NodeOf<'stage'>> | undefined {
  if (!(argument instanceof vscode.Uri)) return undefined;
  return plans.repositories
    .flatMap(repository => nodesOf(repository, 'stage'))
    .find(({ stream, node }) => argument.fsPath === path.join(stream.folder, 'reports', reportFileName(node)));
}
