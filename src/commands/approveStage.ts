import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { approvalProblem } from '../domain/run/checkApproval';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerApproveStage: RegisterCommand = services =>
  registerCommand(CommandId.approveStage, services, async argument => {
    const picked = await pickNode(services, 'stage', argument, vscode.l10n.t('Choose the stage to approve'), stage => stage.approval !== 'approved');
    if (!picked) return;
    const { root, stream, node } = picked;
    const problem = approvalProblem(node);
    if (problem !== undefined) {
      const approve = vscode.l10n.t('Approve Anyway');
      if ((await vscode.window.showWarningMessage(problem.split('\n')[0] ?? problem, { modal: true, detail: problem.split('\n').slice(1).join('\n') }, approve)) !== approve) return;
    }
    await services.runtime.repository(root).actions.approveStage(stream.id, Number(node.id), { force: problem !== undefined });
  });
