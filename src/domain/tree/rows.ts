import { formatDuration } from '../../common/duration';
import { oneLine } from '../../common/text';
import { untranslated, type Translate } from '../../common/translate';
import { waitWords } from '../graph/waitWords';
import { needsAttention } from '../monitor/health';
import type { Verdict } from '../review/stageVerdict';
import { doneCount } from '../status/counts';
import type { PlanNode, StageNode, TaskNode } from './nodes';
import { hasAsks, isStoppable, rowState, stateWord, type RowState } from './rowState';
import { nodeHealth } from './taskHealth';

/** What a row of the tree says. Everything in it is one line of readable text, whatever the files contain. */
export type TreeRow = RowState & {
  /** `01.01.01 Router` */
  readonly label: string;
  /** `1/2 · running · @backend`: how much is done, the state in words unless nothing has begun, the agent. */
  readonly description: string;
  /** The whole row in words, for screen readers. */
  readonly accessibleLabel: string;
  /**
   * Menu conditions match it word by word: the kind, the status, then in this order as far as they are true `readonly`,
   * `orphan`, `next`, `running`, `asks`, `gate`, `approved`, `delivered`, `undelivered`, `red`, `conflict`, `resolving`, `rejected`,
   * `merged`, `mail`, `report`, `session`, `worktree`.
   */
  readonly contextValue: string;
};

export type RowContext = {
  /** The workstream's next batch. */
  readonly nextBatch?: string | null;
  /** The workstream is shown but not written. */
  readonly readOnly?: boolean;
  /** No further task starts. */
  readonly paused?: boolean;
};

export function treeRow(node: PlanNode, t: Translate, context: RowContext = {}): TreeRow {
  const state = rowState(node, context.paused);
  const name = oneLine(node.name);
  const isNamed = name !== `${kindWord(node, untranslated)} ${node.id}`;
  const word = node.kind === 'stage' ? stageWords(node, state, t) : stateWords(state, t);
  return {
    ...state,
    label: `${node.id} ${name}`,
    description: [
      ...countPart(node),
      ...(state.icon === 'pending' ? [] : [word]),
      ...waitPart(node, t),
      ...sharedWords(node, t),
      ...agentPart(node),
    ].join(' · '),
    accessibleLabel: [
      `${kindWord(node, t)} ${node.id}`,
      ...(isNamed ? [name] : []), // else it would be said twice
      word,
      ...waitPart(node, t),
      ...reasonWords(node, t),
      ...foreseenWords(node, t),
      ...countWords(node, t),
      ...sharedWords(node, t),
      ...agentWords(node, t),
    ].join(', '),
    contextValue: tokens(node, context).join(' '),
  };
}

/** `stalled 2m`: for how long, where somebody should look. */
function stateWords({ icon, minutes }: RowState, t: Translate): string {
  const word = stateWord(icon, t);
  return minutes === undefined || minutes === 0 ? word : `${word} ${formatDuration(minutes * 60_000)}`;
}

/** Of a delivered stage with the branch that has it, of one at its gate with what its review said. */
function stageWords({ delivery, review }: StageNode, state: RowState, t: Translate): string {
  if (state.icon === 'gate' && review) return `${stateWords(state, t)} · ${reviewWords(review.verdict, t)}`;
  if (state.icon !== 'delivered' || delivery?.state !== 'delivered') return stateWords(state, t);
  return t('delivered to {0}', oneLine(delivery.branch));
}

export function reviewWords(verdict: Verdict, t: Translate): string {
  switch (verdict) {
    case 'approve':
      return t('review: approve');
    case 'changes':
      return t('review: changes wanted');
    case 'none':
      return t('review: no verdict');
  }
}

/** Why a run does not begin it, or somebody should. */
function waitPart(node: PlanNode, t: Translate): readonly string[] {
  if (node.kind !== 'thread') return [];
  if (node.awaitedBy !== undefined) return [t('task {0} waits for it', node.awaitedBy)];
  if (!node.wait) return [];
  switch (node.wait.kind) {
    case 'waits':
      return waitWords(node.wait.reasons, t);
    case 'held':
      return [oneLine(node.wait.reason)];
    case 'unreachable':
      return [t('cannot begin: {0}', oneLine(node.wait.reason))];
  }
}

/** Why somebody should look at it. */
function reasonWords(node: PlanNode, t: Translate): readonly string[] {
  if (node.kind === 'stage' && node.delivery?.state === 'refused') return [oneLine(node.delivery.reason)];
  if (node.kind === 'stage' && node.delivery?.state === 'undone') return [t('the delivery was undone')];
  const health = nodeHealth(node);
  return health && needsAttention(health.state) ? [oneLine(health.reason)] : [];
}

/** With whom its work may conflict, and where. */
export function foreseenWords(node: PlanNode, t: Translate): readonly string[] {
  if (node.kind !== 'thread') return [];
  return node.foreseen.map(({ other, files }) => {
    const names = files.map(oneLine).join(', ');
    return other === null ? t('with the integration branch in {0}', names) : t('with thread {0} in {1}', other, names);
  });
}

/** What a thread has reserved, and that its agent wrote to whoever reads this. */
function sharedWords(node: PlanNode, t: Translate): readonly string[] {
  if (node.kind !== 'thread') return [];
  const { reserved, mail } = node;
  return [
    ...(reserved.length === 0 ? [] : [reserved.length === 1 ? t('reserved 1 file') : t('reserved {0} files', reserved.length)]),
    ...(mail.length === 0 ? [] : [mail.length === 1 ? t('1 message') : t('{0} messages', mail.length)]),
  ];
}

function countPart(node: PlanNode): readonly string[] {
  return node.kind === 'task' || node.counts.total === 0 ? [] : [`${doneCount(node.counts)}/${node.counts.total}`];
}

function agentPart(node: PlanNode): readonly string[] {
  return node.kind === 'thread' || node.kind === 'task' ? [`@${oneLine(node.agent)}`] : [];
}

function countWords(node: PlanNode, t: Translate): readonly string[] {
  if (node.kind === 'task') return [];
  const { counts } = node;
  if (counts.total === 0) return [t('no tasks yet')];
  return [t('{0} of {1} tasks done', doneCount(counts), counts.total), ...(counts.blocked > 0 ? [t('{0} blocked', counts.blocked)] : [])];
}

function agentWords(node: PlanNode, t: Translate): readonly string[] {
  return node.kind === 'thread' || node.kind === 'task' ? [t('agent {0}', oneLine(node.agent))] : [];
}

function kindWord(node: PlanNode, t: Translate): string {
  switch (node.kind) {
    case 'stage':
      return t('Stage');
    case 'batch':
      return t('Batch');
    case 'thread':
      return t('Thread');
    case 'task':
      return t('Task');
  }
}

function tokens(node: PlanNode, { nextBatch, readOnly }: RowContext): readonly string[] {
  const tasks = tasksOf(node);
  const facts: readonly [string, boolean | undefined][] = [
    ['readonly', readOnly],
    ['orphan', node.kind === 'thread' && node.orphan],
    ['next', node.kind === 'batch' && node.id === nextBatch],
    ['running', isStoppable(node)],
    ['asks', hasAsks(node)],
    ['gate', node.kind === 'stage' && node.atGate],
    ['approved', node.kind === 'stage' && node.approval === 'approved'],
    ['delivered', node.kind === 'stage' && node.delivery?.state === 'delivered'],
    ['undelivered', rowState(node).icon === 'undelivered'],
    ['red', node.kind === 'stage' && node.delivery?.state === 'refused' && node.delivery.red],
    ['conflict', node.kind === 'thread' && node.merge?.state === 'conflicted'],
    ['resolving', node.kind === 'thread' && node.resolution !== undefined],
    ['rejected', node.kind === 'thread' && node.merge?.state === 'rejected'],
    ['merged', node.kind === 'thread' && node.merge?.state === 'landed'],
    ['mail', node.kind === 'thread' && node.mail.length > 0],
    ['report', node.kind === 'task' && node.report !== undefined],
    ['session', tasks.some(task => task.attempts.some(attempt => attempt.session !== undefined))],
    ['worktree', tasks.some(task => task.attempts.some(attempt => attempt.worktree !== undefined))],
  ];
  return [node.kind, node.status, ...facts.filter(([, isTrue]) => isTrue === true).map(([token]) => token)];
}

/** The tasks whose sessions and worktrees a row offers. */
function tasksOf(node: PlanNode): readonly TaskNode[] {
  switch (node.kind) {
    case 'thread':
      return node.tasks;
    case 'task':
      return [node];
    case 'stage':
    case 'batch':
      return [];
  }
}
