import * as vscode from 'vscode';
import { stripControl, truncate } from '../common/text';
import { CommandId } from '../contributions';
import { approvalProblem } from '../domain/run/checkApproval';
import type { StageNode } from '../domain/tree/nodes';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { stageOfReport } from './stageOfReport';
import { showDelivery } from './showDelivery';
import { whileChecking } from './whileChecking';

export const registerApproveStage: RegisterCommand = services =>
  registerCommand(CommandId.approveStage, services, async argument => {
    const picked =
      stageOfReport(services, argument) ??
      (await pickNode(services, 'stage', argument, vscode.l10n.t('Choose the stage to approve'), stage => stage.approval !== 'approved'));
    if (!picked) return;
    const { root, stream, node } = picked;
    const problem = approvalProblem(node);
    const doubt = problem ?? reviewDoubt(node);
    if (doubt !== undefined && !(await approveAnyway(doubt))) return;
    const { actions, deliveries } = services.runtime.repository(root);
    await actions.approveStage(stream.id, Number(node.id), { force: problem !== undefined });
    const delivery = await deliveries.afterApproval(stream.id, Number(node.id), { whileChecking });
    if (delivery && delivery.kind !== 'nothing') showDelivery(delivery, { root, node });
  });

/** What a review that does not approve says: it is shown before a person approves all the same. */
function reviewDoubt({ review }: StageNode): string | undefined {
  if (!review || review.verdict === 'approve') return undefined;
  const first =
    review.verdict === 'changes'
      ? vscode.l10n.t('The review by @{0} wants changes.', review.agent)
      : vscode.l10n.t('The review by @{0} gave no verdict.', review.agent);
  return [first, stripControl(truncate(review.text, 1500))].join('\n');
}

/** Asks with a problem's first line, and the others below it. */
export async function approveAnyway(problem: string): Promise<boolean> {
  const approve = vscode.l10n.t('Approve Anyway');
  const [first = problem, ...others] = problem.split('\n');
  return (await vscode.window.showWarningMessage(first, { modal: true, detail: others.join('\n') }, approve)) === approve;
}
