import { isWithin } from '../ids';
import type { JournalEvent } from '../journal/events';
import type { AttemptState } from '../journal/journalState';
import { redCommand } from '../merge/validation';
import type { Outcome } from '../outcome';
import type { ThreadNode } from '../tree/nodes';
import { batchesOf, type ReportSubject } from './reportInput';

/** One attempt in time. Milliseconds since the epoch. */
export type TimelineBar = {
  readonly attempt: string;
  readonly task: string;
  readonly agent: string;
  readonly start: number;
  /** Of one that has not ended: the last that is known of its run. */
  readonly end: number;
  /** Undefined while it runs. */
  readonly outcome: Outcome | undefined;
};

export const markKinds = ['waiting', 'green', 'red', 'conflict', 'returned', 'landed', 'held'] as const;
export type MarkKind = (typeof markKinds)[number];

/** Something that happened to a thread beside its attempts: from `start` to `end`, or at `end` alone. */
export type TimelineMark = { readonly kind: MarkKind; readonly start: number; readonly end: number; readonly text: string };

export type TimelineLane = {
  readonly thread: string;
  readonly name: string;
  readonly bars: readonly TimelineBar[];
  readonly marks: readonly TimelineMark[];
};

/** One run of a batch or of a stage: what its threads did, side by side. */
export type RunTimeline = {
  readonly run: string;
  /** The id of what it carried out. */
  readonly batch: string;
  /** The n-th run of that, from 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly isEnded: boolean;
  readonly lanes: readonly TimelineLane[];
};

/** The runs of a stage or batch in the order of their start, as the journal tells them; none without a journal. */
export function runTimelines(subject: ReportSubject, events: readonly JournalEvent[]): readonly RunTimeline[] {
  const perRun = eventsByRun(events);
  const batches = batchesOf(subject);
  const numbers = new Map<string, number>();
  return [...perRun].flatMap(([run, own]) => {
    const started = own.find(event => event.kind === 'run.started');
    const carriedOut = started && batches.filter(({ id }) => isWithin(id, started.batch));
    if (!carriedOut || carriedOut.length === 0) return [];
    const number = (numbers.get(started.batch) ?? 0) + 1;
    numbers.set(started.batch, number);
    const times = own.map(({ at }) => Date.parse(at)).filter(time => !Number.isNaN(time));
    const [start, end] = [Date.parse(started.at), Math.max(...times)];
    const lanes = carriedOut
      .flatMap(({ threads }) => threads)
      .map(thread => laneOf(thread, run, own, end))
      .filter(({ bars, marks }) => bars.length + marks.length > 0);
    return [{ run, batch: started.batch, number, start, end, isEnded: own.some(({ kind }) => kind === 'run.finished'), lanes }];
  });
}

/** Which run each event belongs to: it says so itself, or its attempt's or its thread's start has said it. */
function eventsByRun(events: readonly JournalEvent[]): ReadonlyMap<string, readonly JournalEvent[]> {
  const runs = new Map<string, JournalEvent[]>();
  const runOf = new Map<string, string>();
  for (const event of events) {
    const subjects = subjectsOf(event);
    const run = 'run' in event ? event.run : subjects.map(subject => runOf.get(subject)).find(known => known !== undefined);
    if (run === undefined) continue;
    for (const subject of subjects) runOf.set(subject, run);
    if (event.kind === 'run.started' && !runs.has(run)) runs.set(run, []);
    runs.get(run)?.push(event);
  }
  return runs;
}

function subjectsOf(event: JournalEvent): readonly string[] {
  if (event.kind === 'merge.validated') return event.threads;
  return [...('attempt' in event ? [event.attempt] : []), ...('thread' in event ? [event.thread] : [])];
}

function laneOf({ id, name, tasks }: ThreadNode, run: string, events: readonly JournalEvent[], last: number): TimelineLane {
  const attempts = tasks.flatMap(task => task.attempts).filter(attempt => attempt.run === run);
  return { thread: id, name, bars: attempts.map(attempt => barOf(attempt, last)), marks: marksOf(id, events, last) };
}

function barOf({ id, task, agent, startedAt, finishedAt, outcome }: AttemptState, last: number): TimelineBar {
  const start = Date.parse(startedAt);
  const end = finishedAt === undefined ? last : Date.parse(finishedAt);
  return { attempt: id, task, agent, start, end: Math.max(start, end), outcome };
}

function marksOf(thread: string, events: readonly JournalEvent[], last: number): readonly TimelineMark[] {
  const attempts = new Set(events.flatMap(event => (event.kind === 'attempt.started' && event.thread === thread ? event.attempt : [])));
  const merging = events.flatMap(event => mergeMark(thread, event));
  const told = merging.filter(({ kind }, index) => kind !== 'held' || merging[index - 1]?.kind !== 'red'); // the red check says it
  return [...waits(attempts, events, last), ...told].sort((left, right) => left.end - right.end);
}

/** From the moment an agent was seen to wait for a person to the moment it was seen to do something else. */
function waits(attempts: ReadonlySet<string>, events: readonly JournalEvent[], last: number): readonly TimelineMark[] {
  const open = new Map<string, { readonly start: number; readonly text: string }>();
  const marks: TimelineMark[] = [];
  const close = (attempt: string, end: number) => {
    const waiting = open.get(attempt);
    if (waiting) marks.push({ kind: 'waiting', ...waiting, end: Math.max(waiting.start, end) });
    open.delete(attempt);
  };
  for (const event of events) {
    if (!('attempt' in event) || !attempts.has(event.attempt)) continue;
    const at = Date.parse(event.at);
    if (event.kind === 'attempt.finished') close(event.attempt, at);
    if (event.kind !== 'attempt.judged') continue;
    close(event.attempt, at);
    if (event.state === 'waiting') open.set(event.attempt, { start: Date.parse(event.since), text: event.reason });
  }
  for (const attempt of [...open.keys()]) close(attempt, last);
  return marks;
}

function mergeMark(thread: string, event: JournalEvent): readonly TimelineMark[] {
  const at = Date.parse(event.at);
  if (event.kind === 'merge.validated') {
    if (!event.threads.includes(thread)) return [];
    const red = redCommand(event.commands);
    const took = event.commands.reduce((sum, { duration }) => sum + duration, 0);
    const text = red ? red.command : event.commands.map(({ command }) => command).join(', ');
    return [{ kind: red ? 'red' : 'green', start: at - took, end: at, text }];
  }
  if (!('thread' in event) || event.thread !== thread) return [];
  switch (event.kind) {
    case 'merge.conflicted':
      return [{ kind: 'conflict', start: at, end: at, text: event.files.join(', ') }];
    case 'merge.returned':
      return [{ kind: 'returned', start: at, end: at, text: event.reason }];
    case 'merge.rejected':
      return [{ kind: 'held', start: at, end: at, text: event.reason }];
    case 'merge.landed':
      return [{ kind: 'landed', start: at, end: at, text: event.commit.slice(0, 10) }];
    case 'merge.empty':
      return [{ kind: 'landed', start: at, end: at, text: '' }];
    default:
      return [];
  }
}

/** Milliseconds in which its runs went on, one after the other. */
export const elapsed = (timelines: readonly RunTimeline[]) => timelines.reduce((sum, { start, end }) => sum + (end - start), 0);
