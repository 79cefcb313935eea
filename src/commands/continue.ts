import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { nothingPlanned } from '../domain/run/progress';
import { isStageId } from '../domain/run/runScope';
import { isDone } from '../domain/taskStatus';
import type { BatchNode, WorkstreamSnapshot } from '../domain/tree/nodes';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

export const registerContinue: RegisterCommand = services =>
  registerCommand(CommandId.continue, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const open = (await services.runtime.repository(root).recoverable()).find(run => run.stream === stream.id && isStageId(run.batch));
    if (open && services.runtime.settings.recovery !== 'leave') return runFlow(services, { root, snapshot: stream, batch: open.batch });
    const batch = stream.stages.flatMap(stage => stage.batches).find(({ id }) => id === stream.nextBatch);
    const empty = nothingPlanned(stream, vscode.l10n.t);
    if (empty !== undefined) return offerPlan(stream, empty);
    if (stream.nextBatch === null || !batch) return allComplete();
    if (isBlocked(batch) && !(await retryBlocked(batch))) return;
    await runFlow(services, { root, snapshot: stream, batch: batch.id });
  });

/** Nothing can be run: the plan is where that is changed. */
async function offerPlan({ folder }: WorkstreamSnapshot, reason: string): Promise<void> {
  const plan = path.join(folder, 'PLAN.md');
  const open = vscode.l10n.t('Open Plan');
  const chosen = await vscode.window.showWarningMessage(reason, ...(existsSync(plan) ? [open] : []));
  if (chosen === open) await vscode.window.showTextDocument(vscode.Uri.file(plan));
}

async function allComplete(): Promise<void> {
  const report = vscode.l10n.t('Stage Report');
  const complete = vscode.l10n.t('Complete');
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('All batches are complete!'), report, complete);
  if (chosen === report) await vscode.commands.executeCommand(CommandId.openStageReport);
  if (chosen === complete) await vscode.commands.executeCommand(CommandId.complete);
}

/** Nothing is left in the batch but blocked tasks: trying them again is the user's choice. */
function isBlocked(batch: BatchNode): boolean {
  const open = batch.threads.flatMap(thread => thread.tasks).filter(task => !isDone(task.status));
  return open.length > 0 && open.every(task => task.status === 'blocked');
}

async function retryBlocked(batch: BatchNode): Promise<boolean> {
  const retry = vscode.l10n.t('Retry');
  const mark = vscode.l10n.t('Set Status…');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Batch {0} is blocked: what is left of it failed or waits for you.', batch.id),
    retry,
    mark,
  );
  if (chosen === mark) await vscode.commands.executeCommand(CommandId.setStatus);
  return chosen === retry;
}
