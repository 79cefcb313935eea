import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { nameOfRequest } from '../../domain/plan/fixParts';
import type { ChangeTarget } from '../../views/changes/changeDrafts';
import type { CommandServices, RegisterCommand } from '../commandServices';
import { nodesOf, pickNode, type NodeOf, type Picked } from '../pickNode';
import { registerCommand } from '../registerCommand';
import { stageOfReport } from '../stageOfReport';
import { askForChanges } from './changeForm';

/**
 * Asks for changes in a stage and puts them into the plan as a batch (or, when the stage is approved, a stage) that agents carry
 * out. Invoked on a stage's row, on its report, or on the text of a request that is being written.
 */
export const registerRequestChanges: RegisterCommand = services =>
  registerCommand(CommandId.requestChanges, services, async argument => {
    const document = written(services, argument);
    const picked =
      (document ? stageOfDraft(services, document.target) : stageOfReport(services, argument)) ??
      (await pickNode(
        services,
        'stage',
        argument,
        vscode.l10n.t('Choose the stage to request changes in'),
        stage => stage.status !== 'pending',
      ));
    if (picked) await requestChanges(services, picked, document?.text);
  });

async function requestChanges(services: CommandServices, picked: Picked<NodeOf<'stage'>>, text: string | undefined): Promise<void> {
  const { drafts, runtime } = services;
  const { root, stream, node: stage } = picked;
  const target = { root, stream: stream.id, stage: stage.id };
  const draft = drafts.get(target);
  if (text === undefined ? draft.what.trim().includes('\n') : nameOfRequest(text) === '') return drafts.write(target);
  const { files, planChanges } = runtime.repository(root);
  const { agents } = await files.readAgents();
  const request = await askForChanges({
    stage,
    agents,
    draft: text === undefined ? draft : { ...draft, what: text },
    isWritten: text !== undefined,
    keep: said => drafts.set(target, said),
  });
  if (request === undefined) return;
  if (request === 'editor') return drafts.write(target);
  if (!(await saveFirst(path.join(stream.folder, 'PLAN.md')))) return;
  const { what, where, agent } = request;
  const added = await planChanges.fix(stream.id, { stage: String(Number(stage.id)), name: nameOfRequest(what), what, where, agent });
  await drafts.done(target);
  await services.refresh(); // else its row is not there yet
  await services.view.reveal(root, added.batch, { expand: true });
  void offerRun(services, root, added);
}

/** A plan that is open with changes would be two plans after ours is written. */
async function saveFirst(file: string): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find(({ uri, isDirty }) => isDirty && uri.scheme === 'file' && uri.fsPath === file);
  if (!document) return true;
  const save = vscode.l10n.t('Save and Go On');
  const message = vscode.l10n.t('PLAN.md has changes that are not saved. Save them, so that the request can be added to it.');
  return (await vscode.window.showWarningMessage(message, { modal: true }, save)) === save && document.save();
}

async function offerRun(
  services: CommandServices,
  root: string,
  added: { readonly stage: string | undefined; readonly batch: string },
): Promise<void> {
  const run = vscode.l10n.t('Run Batch');
  const show = vscode.l10n.t('Show in Plan');
  const message =
    added.stage === undefined
      ? vscode.l10n.t('The request is in the plan as batch {0}.', added.batch)
      : vscode.l10n.t('The request is in the plan as stage {0}: the stage it is about is approved.', added.stage);
  const chosen = await vscode.window.showInformationMessage(message, run, show);
  const row = { root, node: { id: added.batch } };
  try {
    if (chosen === run) await vscode.commands.executeCommand(CommandId.runBatch, row);
    if (chosen === show) await vscode.commands.executeCommand(CommandId.goToPlan, row);
  } catch (error) {
    services.onError(error, CommandId.requestChanges);
  }
}

/** The request that is written in the editor the command was invoked on, or in the one in front. */
function written({ drafts }: CommandServices, argument: unknown): { readonly target: ChangeTarget; readonly text: string } | undefined {
  const uri = argument instanceof vscode.Uri ? argument : argument === undefined ? vscode.window.activeTextEditor?.document.uri : undefined;
  const target = uri && drafts.targetOf(uri);
  const document = vscode.workspace.textDocuments.find(candidate => candidate.uri.toString() === uri?.toString());
  return target && document && { target, text: document.getText() };
}

function stageOfDraft({ plans }: CommandServices, { root, stream, stage }: ChangeTarget): Picked<NodeOf<'stage'>> | undefined {
  const repository = plans.repositories.find(candidate => candidate.root === root && candidate.stream?.id === stream);
  return repository && nodesOf(repository, 'stage').find(({ node }) => node.id === stage);
}
