import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { approvalProblem } from '../domain/run/checkApproval';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { stageOfReport } from './stageOfReport';
import { showDelivery } from './showDelivery';

export const registerApproveStage: RegisterCommand = services =>
  registerCommand(CommandId.approveStage, services, async argument => {
    const picked =
      stageOfReport(services, argument) ??
      (await pickNode(services, 'stage', argument, vscode.l10n.t('Choose the stage to approve'), stage => stage.approval !== 'approved'));
    if (!picked) return;
    const { root, stream, node } = picked;
    const problem = approvalProblem(node);
    if (problem !== undefined && !(await approveAnyway(problem))) return;
    const { actions, deliveries } = services.runtime.repository(root);
    await actions.approveStage(stream.id, Number(node.id), { force: problem !== undefined });
    const delivery = await deliveries.afterApproval(stream.id, Number(node.id));
    if (delivery && delivery.kind !== 'nothing') showDelivery(delivery, { root, node });
  });

/** Asks with a problem's first line, and the others below it. */
export async function approveAnyway(problem: string): Promise<boolean> {
  const approve = vscode.l10n.t('Approve Anyway');
  const [first = problem, ...others] = problem.split('\n');
  return (await vscode.window.showWarningMessage(first, { modal: true, detail: others.join('\n') }, approve)) === approve;
}
