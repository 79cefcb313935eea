import type { Translate } from '../../common/translate';
import { parsePlan } from '../plan/parsePlan';
import { doneCount } from '../status/counts';
import type { BatchNode, PlanNode, StageNode, WorkstreamSnapshot } from './nodes';
import { awaitsMergeBelow, type IconKey } from './rowState';
import { treeRow } from './rows';
import { streamWord } from './streamWord';

/** What a click on a lens does; without one, the lens only says something. */
export type LensAction =
  | 'approvePlan'
  | 'approveStage'
  | 'requestChanges'
  | 'openStageReport'
  | 'runBatch'
  | 'dryRun'
  | 'stop'
  | 'focusTerminal'
  | 'generateTasks';
export type PlanLens = {
  /** 1-based. */
  readonly line: number;
  readonly title: string;
  /** Of a lens that says how something stands. */
  readonly icon?: IconKey;
  readonly action?: LensAction;
  /** The node that the action is for; the workstream without one. */
  readonly id?: string;
};

/**
 * What stands above the headings of a plan: how each part is doing, and what can be done about it now. `text` is what the editor
 * shows, which may be newer than what the workstream was read from: parts that are not in both have no lens.
 */
export function planLenses(text: string, stream: WorkstreamSnapshot, t: Translate): readonly PlanLens[] {
  const { plan } = parsePlan(text);
  if (!plan) return [];
  const nodes = new Map<string, StageNode | BatchNode>();
  const threads = new Map<string, PlanNode>();
  for (const stage of stream.stages) {
    nodes.set(stage.id, stage);
    for (const batch of stage.batches) {
      nodes.set(batch.id, batch);
      for (const thread of batch.threads) threads.set(thread.id, thread);
    }
  }
  const mayAct = stream.readOnly === undefined;
  const lenses: PlanLens[] = titleLenses(text, stream, t);
  for (const stage of plan.stages) {
    const node = nodes.get(stage.id);
    if (node?.kind === 'stage') lenses.push(...lensesOf(node, stage.line, stageActions(node, t), mayAct, t));
    for (const batch of stage.batches) {
      const own = nodes.get(batch.id);
      if (own?.kind === 'batch') lenses.push(...lensesOf(own, batch.line, batchActions(own, t), mayAct, t));
      for (const thread of batch.threads) {
        const found = threads.get(thread.id);
        if (found) lenses.push({ ...stateLens(found, thread.line, t), action: 'focusTerminal', id: found.id });
      }
    }
  }
  return lenses;
}

type Action = { readonly action: LensAction; readonly title: string };

function titleLenses(
  text: string,
  { counts, status, approval, planModifiedSinceApproval, readOnly }: WorkstreamSnapshot,
  t: Translate,
): PlanLens[] {
  const line = text.split(/\r\n?|\n/).findIndex(each => /^\uFEFF?#\s+Plan:/i.test(each)) + 1;
  if (line === 0) return [];
  const done = t('{0} of {1} tasks done', doneCount(counts), counts.total);
  const said = counts.total === 0 ? t('no tasks yet') : `${done} · ${streamWord(status, t)}`;
  const isApproved = approval === 'approved';
  const standing = isApproved ? (planModifiedSinceApproval ? t('modified since approval') : t('approved')) : t('not approved');
  const lenses: PlanLens[] = [{ line, title: `${said} · ${standing}` }];
  if (readOnly !== undefined) return lenses;
  if (!isApproved || planModifiedSinceApproval) {
    lenses.push({ line, title: isApproved ? t('Approve Again') : t('Approve Plan'), action: 'approvePlan' });
  }
  return [...lenses, { line, title: t('Generate Tasks…'), action: 'generateTasks' }];
}

function stageActions({ atGate, status }: StageNode, t: Translate): readonly Action[] {
  return [
    ...(atGate ? [{ action: 'approveStage' as const, title: t('Approve Stage') }] : []),
    ...(status === 'pending'
      ? []
      : [
          { action: 'requestChanges' as const, title: t('Request Changes…') },
          { action: 'openStageReport' as const, title: t('Stage Report') },
        ]),
  ];
}

function batchActions(batch: BatchNode, t: Translate): readonly Action[] {
  if (batch.running) return [{ action: 'stop', title: t('Stop') }];
  if (batch.status === 'completed' && !awaitsMergeBelow(batch)) return [];
  return [
    { action: 'runBatch', title: t('Run Batch') },
    { action: 'dryRun', title: t('Dry Run') },
  ];
}

function lensesOf(node: PlanNode, line: number, actions: readonly Action[], mayAct: boolean, t: Translate): readonly PlanLens[] {
  return [...(mayAct ? actions.map(action => ({ ...action, line, id: node.id })) : []), stateLens(node, line, t)];
}

function stateLens(node: PlanNode, line: number, t: Translate): PlanLens {
  const { icon, description } = treeRow(node, t);
  return { line, icon, title: description === '' ? t('no tasks yet') : description };
}
