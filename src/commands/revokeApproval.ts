import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RepositorySnapshot } from '../domain/tree/nodes';
import type { CommandServices, RegisterCommand } from './commandServices';
import { idOf, nodesOf, pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

/** Takes back the approval of a stage or of the plan, with a reason. */
export const registerRevokeApproval: RegisterCommand = services =>
  registerCommand(CommandId.revokeApproval, services, async argument => {
    const target = stageOf(services, argument) ?? (await pickApproval(services));
    if (!target) return;
    const { root, stream, stage } = target;
    const reason = await vscode.window.showInputBox({
      title:
        stage === undefined ? vscode.l10n.t('Revoke the approval of the plan') : vscode.l10n.t('Revoke the approval of stage {0}', stage),
      prompt: vscode.l10n.t('Why? This is kept with the approval.'),
    });
    if (reason === undefined) return;
    const { actions } = services.runtime.repository(root);
    const why = reason.trim() === '' ? undefined : reason.trim();
    if (stage === undefined) await actions.revokePlan(stream, why);
    else await actions.revokeStage(stream, Number(stage), why);
  });

type Approval = { readonly root: string; readonly stream: string; /** Undefined: the plan's. */ readonly stage: string | undefined };

function stageOf({ plans }: CommandServices, argument: unknown): Approval | undefined {
  const row = idOf(argument);
  const repository = plans.repositories.find(({ root }) => root === row?.root);
  const picked = repository && nodesOf(repository, 'stage').find(({ node }) => node.id === row?.id);
  return picked && { root: picked.root, stream: picked.stream.id, stage: picked.node.id };
}

async function pickApproval(services: CommandServices): Promise<Approval | undefined> {
  const repository = await pickRepository(services, undefined);
  const stream = repository?.stream;
  if (!repository || !stream) return undefined;
  const items = approvals(repository);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing of {0} is approved.', stream.name));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose the approval to revoke') });
  return chosen && { root: repository.root, stream: stream.id, stage: chosen.stage };
}

function approvals({ stream }: RepositorySnapshot): readonly (vscode.QuickPickItem & { readonly stage: string | undefined })[] {
  if (!stream) return [];
  return [
    ...stream.stages.filter(({ approval }) => approval === 'approved').map(({ id, name }) => ({ label: `${id} ${name}`, stage: id })),
    ...(stream.approval === 'approved' ? [{ label: vscode.l10n.t('Plan'), stage: undefined }] : []),
  ];
}
