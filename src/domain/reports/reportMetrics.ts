import { formatDuration } from '../../common/duration';
import type { JournalEvent } from '../journal/events';
import type { AttemptState, ValidationState } from '../journal/journalState';
import { redCommand } from '../merge/validation';
import { doneCount } from '../status/counts';
import type { Counts, StageNode, TaskNode, ThreadNode } from '../tree/nodes';
import { conflictsOf, mergeStory } from './mergeStory';
import { batchesOf, tasksOfSubject, threadsOf, type ReportSubject } from './reportInput';
import { talksOf, type ReaderTalk } from './readerTalks';
import { elapsed, runTimelines } from './runTimeline';

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
  return stages.filter(isFix).length + fixBatches(stages.flatMap(stage => stage.batches));
}

const isFix = ({ name }: { readonly name: string }) => /^fix - /i.test(name);
const fixBatches = (batches: readonly { readonly name: string }[]) => batches.filter(isFix).length;

/** `6/8`, and `6/8 tasks, 2 cancelled` with the word for what is counted. */
export function countText({ completed, total, cancelled }: Counts, word = ''): string {
  return `${completed}/${total}${word}${cancelled === 0 ? '' : `, ${cancelled} cancelled`}`;
}

/** Completed and cancelled of all, with one digit. */
export function rateText(counts: Counts): string {
  return `${(counts.total === 0 ? 0 : (doneCount(counts) / counts.total) * 100).toFixed(1)}%`;
}

/** The rows about attempts, and what they and the agents that only read cost; none where no attempt is known. */
export function effortMetrics(tasks: readonly TaskNode[], talks: readonly ReaderTalk[]): readonly Metric[] {
  const { attempts, time } = effortOf(tasks);
  const cost = costWith(tasks, talks);
  return [
    ...(attempts === 0 ? [] : [{ name: 'Attempts', value: String(attempts) }]),
    ...(cost === undefined ? [] : [{ name: 'Cost', value: `$${cost.toFixed(2)}` }]),
    ...(time === undefined ? [] : [{ name: 'Agent Time', value: formatDuration(time) }]),
  ];
}

/** Dollars of the attempts at some tasks and of agents that only read, as far as it is known. */
export function costWith(tasks: readonly TaskNode[], talks: readonly ReaderTalk[]): number | undefined {
  return sum([effortOf(tasks).cost, ...talks.map(({ cost }) => cost)]);
}

/** All figures of a stage or a batch; what only the journal knows is left out where nothing was run. */
export function subjectMetrics(subject: ReportSubject, events: readonly JournalEvent[]): readonly Metric[] {
  const { counts } = subject;
  const threads = threadsOf(subject);
  return [
    { name: 'Tasks', value: countText(counts, ' complete') },
    { name: 'Completion Rate', value: rateText(counts) },
    { name: 'Batches', value: String(batchesOf(subject).length) },
    { name: 'Threads', value: String(threads.length) },
    { name: 'Blocked', value: String(counts.blocked) },
    { name: 'Fix Iterations', value: String(subject.kind === 'stage' ? fixIterations([subject]) : fixBatches([subject])) },
    ...mergeMetrics(threads, events),
    ...effortMetrics(tasksOfSubject(subject), talksOf(subject, events)),
    ...elapsedMetric(subject, events),
  ];
}

/** What became of the merges; nothing of it where nothing was run. */
export function mergeMetrics(threads: readonly ThreadNode[], events: readonly JournalEvent[]): readonly Metric[] {
  const returns = threads.flatMap(thread => thread.returns).length;
  const conflicts = threads.flatMap(({ id }) => conflictsOf(mergeStory(events, id))).length;
  const checks = validationsOf(threads);
  const green = checks.filter(({ commands }) => redCommand(commands) === undefined).length;
  return [
    ...(returns === 0 ? [] : [{ name: 'Sent Back', value: String(returns) }]),
    ...(conflicts === 0 ? [] : [{ name: 'Merge Conflicts', value: String(conflicts) }]),
    ...(checks.length === 0 ? [] : [{ name: 'Checks Passed', value: `${green}/${checks.length}` }]),
  ];
}

/** The checks of these threads' candidates, once each although several threads may share one. */
export function validationsOf(threads: readonly ThreadNode[]): readonly ValidationState[] {
  return [...new Set(threads.flatMap(thread => thread.validations))];
}

function elapsedMetric(subject: ReportSubject, events: readonly JournalEvent[]): readonly Metric[] {
  const timelines = runTimelines(subject, events);
  return timelines.length === 0 ? [] : [{ name: 'Elapsed', value: formatDuration(elapsed(timelines)) }];
}

export function effortOf(tasks: readonly TaskNode[]): Effort {
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
