import type { Clock } from '../../common/clock';
import { ancestorId } from '../../domain/ids';
import { eventSubject } from '../../domain/journal/eventSubject';
import type { JournalEvent } from '../../domain/journal/events';
import { exitCodes, type EntryEnd, type MultitaskStatus } from '../../domain/multitask/multitaskReport';
import type { Outcome } from '../../domain/outcome';
import type { Assignment } from '../run/assignments';

type Course = { startedAt?: number; endedAt?: number; outcome?: Outcome; isDone?: boolean };

/** Learns from the journal how the entries of a run stand. */
export class EntryTracker {
  private readonly courses: ReadonlyMap<string, Course>;

  /** `done`: threads that were completed before this run. */
  constructor(
    private readonly entries: readonly Assignment[],
    done: ReadonlySet<string>,
    private readonly clock: Clock,
  ) {
    this.courses = new Map(entries.map(({ thread }) => [thread, done.has(thread) ? { isDone: true } : {}]));
  }

  /** The entry that an event is about, and what is said of it. `at`: when it happened, in milliseconds since the epoch. */
  hear(event: JournalEvent, at = this.clock.now()): { readonly entry: Assignment; readonly line: string | undefined } | undefined {
    const subject = eventSubject(event)?.split('#')[0];
    const thread = subject === undefined ? undefined : ancestorId(subject, 'thread');
    const entry = this.entries.find(candidate => candidate.thread === thread);
    const course = entry && this.courses.get(entry.thread);
    return course && { entry, line: this.note(entry, course, event, at) };
  }

  status(): MultitaskStatus {
    const by = (holds: (course: Course) => boolean) =>
      this.entries.filter(({ thread }) => holds(this.courses.get(thread) ?? {})).map(({ issue }) => issue);
    return {
      running: by(course => course.outcome === undefined && course.isDone !== true),
      completed: by(course => course.outcome === 'completed' || course.isDone === true),
      failed: by(course => course.outcome !== undefined && course.outcome !== 'completed'),
    };
  }

  ends(stopped: { readonly timedOut: boolean; readonly interrupted: boolean }, logOf: (issue: number) => string): readonly EntryEnd[] {
    return this.entries.map(entry => {
      const { issue, description, branch, thread } = entry;
      const course = this.courses.get(thread) ?? {};
      const { startedAt, endedAt } = course;
      const runtime = startedAt === undefined ? undefined : (endedAt ?? this.clock.now()) - startedAt;
      return { issue, description, branch, exitCode: exitCodeOf(entry, course, stopped), runtime, log: logOf(issue) };
    });
  }

  private note({ issue, branch }: Assignment, course: Course, event: JournalEvent, at: number): string | undefined {
    if (event.kind === 'attempt.started' || event.kind === 'attempt.resumed') {
      const isFirst = course.startedAt === undefined;
      course.startedAt ??= at;
      delete course.outcome; // it is tried again
      delete course.endedAt;
      return isFirst ? `[${issue}] running on ${branch}` : undefined;
    }
    if (event.kind !== 'thread.finished') return undefined;
    course.endedAt = at;
    course.outcome = event.outcome;
    return event.outcome === 'completed' ? `[${issue}] completed` : `[${issue}] failed: ${event.reason ?? event.outcome}`;
  }
}

function exitCodeOf(
  { problem }: Assignment,
  { startedAt, outcome, isDone }: Course,
  { timedOut, interrupted }: { readonly timedOut: boolean; readonly interrupted: boolean },
): number {
  if (isDone === true || outcome === 'completed') return exitCodes.done;
  if (problem !== null || (outcome === 'failed' && startedAt === undefined)) return exitCodes.unable;
  if (outcome !== undefined && outcome !== 'cancelled') return exitCodes.failed;
  if (interrupted) return exitCodes.interrupted;
  return timedOut ? exitCodes.timedOut : exitCodes.failed;
}
