import type { Translate } from '../../common/translate';
import type { TaskStatus } from '../taskStatus';
import type { BatchNode, GroupStatus, PlanNode, StageNode, TaskNode, ThreadNode } from './nodes';

/** What a row's icon stands for; each has a shape of its own, so that colour is never needed to tell them apart. */
export type IconKey =
  'pending' | 'inProgress' | 'running' | 'completed' | 'merged' | 'blocked' | 'conflict' | 'cancelled' | 'asking' | 'gate' | 'approved';
export type RowColour = 'green' | 'red' | 'yellow' | 'blue' | 'grey';

export type RowState = { readonly icon: IconKey; readonly colour: RowColour | undefined };

const states = {
  pending: undefined,
  inProgress: 'blue',
  running: 'blue',
  completed: 'green',
  merged: 'green',
  blocked: 'red',
  conflict: 'red',
  cancelled: 'grey',
  asking: 'yellow',
  gate: 'yellow',
  approved: 'green',
} as const satisfies Readonly<Record<IconKey, RowColour | undefined>>;

/** The one thing a row says first: what waits for a person, then what goes on, then how it stands. */
export function rowState(node: PlanNode): RowState {
  const icon = iconOf(node);
  return { icon, colour: states[icon] };
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
    case 'completed':
      return t('completed');
    case 'merged':
      return t('merged');
    case 'blocked':
      return t('blocked');
    case 'conflict':
      return t('merge conflict');
    case 'cancelled':
      return t('cancelled');
    case 'asking':
      return t('asking you');
    case 'gate':
      return t('needs approval');
    case 'approved':
      return t('approved');
  }
}

export function hasAsks(node: PlanNode): boolean {
  switch (node.kind) {
    case 'stage':
      return node.batches.some(hasAsks);
    case 'batch':
      return node.threads.some(hasAsks);
    case 'thread':
    case 'task':
      return node.asks.length > 0;
  }
}

export function isRunning(node: PlanNode): boolean {
  return node.kind === 'stage' ? node.batches.some(batch => batch.running) : node.running;
}

function iconOf(node: PlanNode): IconKey {
  if (hasAsks(node)) return 'asking';
  if (isRunning(node)) return 'running';
  switch (node.kind) {
    case 'stage':
      return stageIcon(node);
    case 'thread':
      return threadIcon(node);
    case 'batch':
    case 'task':
      return statusIcon(node);
  }
}

function stageIcon(stage: StageNode): IconKey {
  if (stage.atGate) return 'gate';
  return stage.approval === 'approved' && stage.status === 'completed' ? 'approved' : statusIcon(stage);
}

function threadIcon(thread: ThreadNode): IconKey {
  if (thread.merge?.state === 'conflicted') return 'conflict';
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
