import { needsAttention } from '../monitor/health';
import type { StageNode, TaskNode, ThreadNode } from '../tree/nodes';

/**
 * What does not go on by itself. `waiting`: an agent for an answer. `stale`: an agent makes no progress, or a task counts as begun and
 * nobody is at it. `failed`, `blocked`: its last attempt ended so. `escalated`: a thread that somebody has to run, because a blocked task
 * waits for it.
 */
export type AttentionKind = 'waiting' | 'stale' | 'failed' | 'blocked' | 'escalated';

export type Attention = {
  readonly kind: AttentionKind;
  /** Of the task, or the escalated thread. */
  readonly id: string;
  readonly name: string;
  /** ISO time; undefined when nobody wrote it down. */
  readonly since: string | undefined;
  /** A sentence or a few; not one line. */
  readonly reason: string;
};

/** Of a workstream as it is read from its files and its journal, in the order of the plan; no agent is asked. */
export function attentionOf(stages: readonly StageNode[]): readonly Attention[] {
  const threads = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const tasks = new Map(threads.flatMap(thread => thread.tasks.map(task => [task.id, task])));
  return threads.flatMap(thread => [...escalated(thread, tasks), ...thread.tasks.flatMap(ofTask)]);
}

function escalated({ id, name, awaitedBy }: ThreadNode, tasks: ReadonlyMap<string, TaskNode>): readonly Attention[] {
  if (awaitedBy === undefined) return [];
  const since = tasks.get(awaitedBy)?.updatedAt;
  return [{ kind: 'escalated', id, name, since, reason: `Task ${awaitedBy} waits for it, and no run has it: run it.` }];
}

function ofTask(task: TaskNode): readonly Attention[] {
  const { id, name, status, running, health, updatedAt } = task;
  const last = task.attempts.at(-1);
  if (running) {
    if (!health || !needsAttention(health.state) || health.state === 'unknown') return [];
    const kind = health.state === 'waiting' ? 'waiting' : 'stale';
    return [{ kind, id, name, since: health.since, reason: health.reason }];
  }
  if (status === 'in_progress') {
    return [{ kind: 'stale', id, name, since: last?.startedAt ?? updatedAt, reason: 'It counts as begun, and nobody is at it.' }];
  }
  if (status !== 'blocked') return [];
  const reason = task.report ?? last?.reason ?? 'Nobody said why.';
  return [{ kind: last?.outcome === 'failed' ? 'failed' : 'blocked', id, name, since: last?.finishedAt ?? updatedAt, reason }];
}
