import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { approveAnyway } from './approveStage';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

/** Notes that a person has read the plan as it is now; open questions are shown first. */
export const registerApprovePlan: RegisterCommand = services =>
  registerCommand(CommandId.approvePlan, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository?.stream) return;
    const { stream } = repository;
    const { actions } = services.runtime.repository(repository.root);
    const problem = await actions.planProblem(stream.id);
    if (problem !== undefined && !(await approveAnyway(problem))) return;
    await actions.approvePlan(stream.id, { force: problem !== undefined });
    void vscode.window.showInformationMessage(vscode.l10n.t('The plan of {0} is approved. Later changes of it are shown.', stream.name));
  });
