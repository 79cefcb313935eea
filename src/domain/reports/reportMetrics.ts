import { formatDuration } from '../../common/duration';
import type { AttemptState } from '../journal/journalState';
import { doneCount } from '../status/counts';
import type { Counts, StageNode, TaskNode } from '../tree/nodes';

/** What the attempts at some tasks took, as far as it is known. */
export type Effort = {
  readonly attempts: number;
  /** Dollars. */
  readonly cost: number | undefined;
  /** Milliseconds of agents at work, added up. */
  readonly time: number | undefined;
};

export type Metric = { readonly name: string; readonly value: string };

export const tasksOf = (stages: readonly StageNode[]): readonly TaskNode[] =>
  stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.flatMap(thread => thread.tasks)));

/** Stages and batches that were added to repair what an earlier one left. */
export function fixIterations(stages: readonly StageNode[]): number {
  const isFix = ({ name }: { readonly name: string }) => /^fix - /i.test(name);
  return stages.filter(isFix).length + stages.flatMap(stage => stage.batches).filter(isFix).length;
}

/** `6/8`, and `6/8 tasks, 2 cancelled` with the word for what is counted. */
export function countText({ completed, total, cancelled }: Counts, word = ''): string {
  return `${completed}/${total}${word}${cancelled === 0 ? '' : `, ${cancelled} cancelled`}`;
}

/** Completed and cancelled of all, with one digit. */
export function rateText(counts: Counts): string {
  return `${(counts.total === 0 ? 0 : (doneCount(counts) / counts.total) * 100).toFixed(1)}%`;
}

/** The rows about attempts; none where no attempt is known. */
export function effortMetrics(tasks: readonly TaskNode[]): readonly Metric[] {
  const { attempts, cost, time } = effortOf(tasks);
  return [
    ...(attempts === 0 ? [] : [{ name: 'Attempts', value: String(attempts) }]),
    ...(cost === undefined ? [] : [{ name: 'Cost', value: `$${cost.toFixed(2)}` }]),
    ...(time === undefined ? [] : [{ name: 'Agent Time', value: formatDuration(time) }]),
  ];
}

function effortOf(tasks: readonly TaskNode[]): Effort {
  const attempts = tasks.flatMap(task => task.attempts);
  return { attempts: attempts.length, cost: sum(attempts.map(({ cost }) => cost)), time: sum(attempts.map(timeOf)) };
}

/** Milliseconds from an attempt's begin to its end; undefined when it has none. */
export function timeOf({ startedAt, finishedAt }: AttemptState): number | undefined {
  const time = finishedAt === undefined ? NaN : Date.parse(finishedAt) - Date.parse(startedAt);
  return Number.isNaN(time) ? undefined : Math.max(0, time);
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
