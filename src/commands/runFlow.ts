import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { closedGate } from '../domain/run/checkRun';
import { isStageId } from '../domain/run/runScope';
import type { ThreadNode, WorkstreamSnapshot } from '../domain/tree/nodes';
import type { BatchResult } from '../runtime/run/batchRunner';
import type { RunRequest } from '../runtime/run/runRequest';
import { formatId } from '../domain/ids';
import type { CommandServices } from './commandServices';
import { nodesOf } from './pickNode';
import { showDelivery } from './showDelivery';
import { showBatchReport } from './openBatchReport';
import { showStageReport } from './openStageReport';
import { showProblems } from './showProblems';

export type RunFlow = RunRequest & { readonly root: string; readonly snapshot: WorkstreamSnapshot };

/**
 * Runs a batch or a stage, or a part of it, to its end. A closed gate asks (*Approve and Run*, *Run Anyway*); other problems are shown
 * together. The end is announced once, unless the tree is in view.
 */
export async function runFlow(services: CommandServices, { root, snapshot, ...request }: RunFlow): Promise<void> {
  const report = await services.runtime.repository(root).runs.runBatch({ ...request, stream: snapshot.id }, new AbortController().signal);
  if (report.kind === 'finished') {
    for (const { message } of report.warnings.filter(({ code }) => code === 'diverged')) void offerUpdate(message);
    for (const { message } of report.warnings.filter(({ code }) => code === 'journal')) void vscode.window.showWarningMessage(message);
    return announceEnd(services, root, snapshot.id, report.result);
  }
  if (report.findings.problems.every(({ code }) => code === 'stage-not-approved')) {
    return askAtGate(services, { root, snapshot, ...request });
  }
  await showProblems(services, report.findings, { root, id: request.batch });
}

async function offerUpdate(message: string): Promise<void> {
  const update = vscode.l10n.t('Update Integration Branch');
  if ((await vscode.window.showWarningMessage(message, update)) === update) {
    await vscode.commands.executeCommand(CommandId.updateIntegration);
  }
}

async function askAtGate(services: CommandServices, flow: RunFlow): Promise<void> {
  const stage = closedGate(flow.snapshot, flow.batch);
  if (stage === undefined) return;
  const approve = vscode.l10n.t('Approve and Run');
  const anyway = vscode.l10n.t('Run Anyway');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Previous stage (Stage {0}) is not approved.', stage),
    { modal: true, detail: vscode.l10n.t('Read its stage report first. Approving opens the gate for every batch of the next stage.') },
    approve,
    anyway,
  );
  if (chosen === approve) {
    const { actions, deliveries } = services.runtime.repository(flow.root);
    await actions.approveStage(flow.snapshot.id, stage);
    const delivery = await deliveries.afterApproval(flow.snapshot.id, stage);
    if (delivery && delivery.kind !== 'nothing') showDelivery(delivery, { root: flow.root, node: { id: formatId(stage) } });
    await runFlow(services, flow);
  } else if (chosen === anyway) {
    await runFlow(services, { ...flow, ignoreGate: true });
  }
}

async function announceEnd(services: CommandServices, root: string, stream: string, result: BatchResult): Promise<void> {
  const wanted = services.runtime.settings.notifications;
  if (services.view.visible || wanted === 'none' || (wanted === 'attention' && result.outcome === 'completed')) return;
  const parts = [
    result.merged.length === 1 ? vscode.l10n.t('1 thread merged') : vscode.l10n.t('{0} threads merged', result.merged.length),
    ...(result.blocked.length > 0 ? [vscode.l10n.t('{0} blocked', result.blocked.length)] : []),
    ...(result.cancelled.length > 0 ? [vscode.l10n.t('{0} stopped', result.cancelled.length)] : []),
    ...(result.unreachable.length > 0 ? [vscode.l10n.t('{0} could not begin', result.unreachable.length)] : []),
  ];
  const show = vscode.l10n.t('Show');
  const goOn = vscode.l10n.t('Continue');
  const message = isStageId(result.batch)
    ? vscode.l10n.t('Stage {0}: {1}', result.batch, parts.join(', '))
    : vscode.l10n.t('Batch {0}: {1}', result.batch, parts.join(', '));
  const resolve = vscode.l10n.t('Resolve Conflict…');
  const conflict = conflictOf(services, root, result);
  const chosen =
    result.blocked.length > 0
      ? await vscode.window.showWarningMessage(message, show, ...(conflict ? [resolve] : [goOn]))
      : await vscode.window.showInformationMessage(message, show, goOn);
  if (chosen === resolve) await vscode.commands.executeCommand(CommandId.resolveConflict, conflict);
  if (chosen === show) {
    await services.view.reveal(root, result.batch, { expand: true });
    if (isStageId(result.batch)) await showStageReport(services, { root, stream, stage: result.batch });
    else await showBatchReport(services, { root, stream, batch: result.batch });
  }
  if (chosen === goOn) await vscode.commands.executeCommand(CommandId.continue);
}

/** The first thread of a batch that waits for a person because its work conflicts. */
function conflictOf(
  { plans }: CommandServices,
  root: string,
  { blocked }: BatchResult,
): { readonly root: string; readonly node: ThreadNode } | undefined {
  const own = plans.repositories.filter(repository => repository.root === root);
  const threads = own.flatMap(repository => nodesOf(repository, 'thread')).map(({ node }) => node);
  const node = threads.find(({ id, merge }) => blocked.includes(id) && merge?.state === 'conflicted');
  return node && { root, node };
}
