import type { Translate } from '../../common/translate';
import { isUnmerged } from '../merge/unmerged';
import { needsAttention } from '../monitor/health';
import type { AgentState } from '../monitor/judge';
import type { TaskStatus } from '../taskStatus';
import type { Ask, BatchNode, GroupStatus, PlanNode, StageNode, TaskNode, ThreadNode } from './nodes';
import { childrenOf } from './nodeChildren';
import { nodeHealth } from './taskHealth';
import { waitsForFiles } from './waits';

/** What a row's icon stands for; each has a shape of its own, so that colour is never needed to tell them apart. */
export type IconKey =
  | 'pending'
  | 'inProgress'
  | 'running'
  | 'paused'
  | 'waiting'
  | 'working'
  | 'thinking'
  | 'looping'
  | 'stalled'
  | 'dead'
  | 'unknown'
  | 'completed'
  | 'toMerge'
  | 'merged'
  | 'blocked'
  | 'conflict'
  | 'mayConflict'
  | 'rejected'
  | 'cancelled'
  | 'asking'
  | 'budget'
  | 'escalated'
  | 'gate'
  | 'approved'
  | 'delivered'
  | 'undelivered';
export type RowColour = 'green' | 'red' | 'yellow' | 'blue' | 'grey';

export type RowState = {
  readonly icon: IconKey;
  readonly colour: RowColour | undefined;
  /** Of a state that somebody should look at: the full minutes it has lasted. */
  readonly minutes: number | undefined;
};

const states = {
  pending: undefined,
  inProgress: 'blue',
  running: 'blue',
  paused: 'grey',
  waiting: 'grey',
  working: 'blue',
  thinking: 'blue',
  looping: 'yellow',
  stalled: 'yellow',
  dead: 'red',
  unknown: 'grey',
  completed: 'green',
  toMerge: 'yellow',
  merged: 'green',
  blocked: 'red',
  conflict: 'red',
  mayConflict: 'yellow',
  rejected: 'red',
  cancelled: 'grey',
  asking: 'yellow',
  budget: 'yellow',
  escalated: 'yellow',
  gate: 'yellow',
  approved: 'green',
  delivered: 'green',
  undelivered: 'yellow',
} as const satisfies Readonly<Record<IconKey, RowColour | undefined>>;

/**
 * The one thing a row says first: what waits for a person, then what goes on, then how it stands.
 * @param paused whether no further task starts: what would only start one does not go on
 */
export function rowState(node: PlanNode, paused = false): RowState {
  const goesOn = iconOf(node);
  const icon = paused && goesOn === 'running' && !hasRunningTask(node) ? 'paused' : goesOn;
  const health = nodeHealth(node);
  const minutes =
    health && (agentIcons[health.state] === icon || (icon === 'budget' && health.state === 'waiting')) && needsAttention(health.state)
      ? health.minutes
      : undefined;
  return { icon, colour: states[icon], minutes };
}

/** The state as a word or two, for descriptions and screen readers. */
export function stateWord(icon: IconKey, t: Translate): string {
  switch (icon) {
    case 'pending':
      return t('pending');
    case 'inProgress':
      return t('in progress');
    case 'running':
      return t('running');
    case 'paused':
      return t('paused');
    case 'waiting':
      return t('waiting');
    case 'working':
      return t('working');
    case 'thinking':
      return t('thinking');
    case 'looping':
      return t('looping');
    case 'stalled':
      return t('stalled');
    case 'dead':
      return t('dead');
    case 'unknown':
      return t('unknown');
    case 'completed':
      return t('completed');
    case 'toMerge':
      return t('to be merged');
    case 'merged':
      return t('merged');
    case 'blocked':
      return t('blocked');
    case 'conflict':
      return t('conflict');
    case 'mayConflict':
      return t('may conflict');
    case 'rejected':
      return t('checks failed');
    case 'cancelled':
      return t('cancelled');
    case 'asking':
      return t('waiting for you');
    case 'budget':
      return t('budget reached');
    case 'escalated':
      return t('needs you');
    case 'gate':
      return t('needs approval');
    case 'approved':
      return t('approved');
    case 'delivered':
      return t('delivered');
    case 'undelivered':
      return t('not delivered');
  }
}

/** What waits for a person in a row, and below it. */
function asksBelow(node: PlanNode): readonly Ask[] {
  switch (node.kind) {
    case 'stage':
      return node.batches.flatMap(asksBelow);
    case 'batch':
      return node.threads.flatMap(asksBelow);
    case 'thread':
    case 'task':
      return node.asks;
  }
}

export function hasAsks(node: PlanNode): boolean {
  return asksBelow(node).length > 0;
}

export function isRunning(node: PlanNode): boolean {
  return node.kind === 'stage' ? node.batches.some(batch => batch.running) : node.running;
}

/** Whether there is something to stop: what runs, and a thread that waits for files to begin. */
export function isStoppable(node: PlanNode): boolean {
  return isRunning(node) || (node.kind === 'thread' && node.wait?.kind === 'held');
}

function hasRunningTask(node: PlanNode): boolean {
  return node.kind === 'task' ? node.running : childrenOf(node).some(hasRunningTask);
}

/** Rows above tasks say `running` of agents that nobody has to look at. */
export const agentIcons: Readonly<Record<AgentState, IconKey>> = {
  working: 'working',
  thinking: 'thinking',
  waiting: 'asking',
  looping: 'looping',
  stalled: 'stalled',
  dead: 'dead',
  unknown: 'unknown',
};

function iconOf(node: PlanNode): IconKey {
  const asks = asksBelow(node);
  if (asks.length > 0) return asks.every(({ kind }) => kind === 'budget') ? 'budget' : 'asking';
  const health = nodeHealth(node);
  if (health && (node.kind === 'task' || needsAttention(health.state))) return agentIcons[health.state];
  if (node.kind === 'thread' && node.foreseen.length > 0 && !isUnmerged(node.merge)) return 'mayConflict';
  if (node.kind === 'thread' && waitsForFiles(node.wait)) return 'waiting';
  if (node.kind === 'thread' && node.awaitedBy !== undefined) return 'escalated';
  if (isRunning(node)) return 'running';
  switch (node.kind) {
    case 'stage':
      return stageIcon(node);
    case 'thread':
      return threadIcon(node);
    case 'batch':
      return groupIcon(node);
    case 'task':
      return statusIcon(node);
  }
}

/** Work that is done waits for the next run, which merges it. */
export function awaitsMergeBelow(node: PlanNode): boolean {
  return node.kind === 'thread' ? node.awaitsMerge : childrenOf(node).some(awaitsMergeBelow);
}

function stageIcon(stage: StageNode): IconKey {
  if (stage.atGate) return 'gate';
  if (stage.approval !== 'approved' || stage.status !== 'completed') return groupIcon(stage);
  if (!stage.delivery) return 'approved';
  return stage.delivery.state === 'delivered' ? 'delivered' : 'undelivered';
}

function groupIcon(group: StageNode | BatchNode): IconKey {
  return group.status === 'completed' && awaitsMergeBelow(group) ? 'toMerge' : statusIcon(group);
}

function threadIcon(thread: ThreadNode): IconKey {
  if (thread.merge?.state === 'conflicted') return 'conflict';
  if (thread.merge?.state === 'rejected') return 'rejected';
  if (thread.counts.total > 0 && thread.counts.cancelled === thread.counts.total) return 'cancelled';
  if (thread.awaitsMerge) return 'toMerge';
  return thread.merge?.state === 'landed' && thread.status === 'completed' ? 'merged' : statusIcon(thread);
}

function statusIcon({ status }: StageNode | BatchNode | ThreadNode | TaskNode): IconKey {
  const icons: Readonly<Record<TaskStatus | GroupStatus, IconKey>> = {
    pending: 'pending',
    in_progress: 'inProgress',
    completed: 'completed',
    blocked: 'blocked',
    cancelled: 'cancelled',
  };
  return icons[status];
}
