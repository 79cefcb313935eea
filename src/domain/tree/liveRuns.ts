import type { AttemptState, JournalState } from '../journal/journalState';

/** What the journal knows of attempts, by task; and what of it goes on right now, which it alone cannot tell. */
export class LiveRuns {
  private readonly byTask = new Map<string, AttemptState[]>();
  private readonly bySession = new Map<string, AttemptState>();
  private readonly openRuns: ReadonlySet<string>;

  /** `isDriven`: a process is carrying out this repository's batches now. Without one, what never ended was cut off. */
  constructor(
    readonly journal: JournalState,
    isDriven: boolean,
  ) {
    this.openRuns = new Set(isDriven ? journal.runs.filter(run => run.finishedAt === undefined).map(run => run.id) : []);
    for (const attempt of journal.attempts.values()) {
      this.byTask.set(attempt.task, [...(this.byTask.get(attempt.task) ?? []), attempt]);
      if (attempt.session !== undefined) this.bySession.set(attempt.session, attempt);
    }
  }

  attempts(taskId: string): readonly AttemptState[] {
    return this.byTask.get(taskId) ?? [];
  }

  /** The attempt that works on the task now. */
  runningAttempt(taskId: string): AttemptState | undefined {
    return this.attempts(taskId).findLast(attempt => attempt.finishedAt === undefined && this.openRuns.has(attempt.run));
  }

  /** A run has begun it, and it does not only wait for files. */
  isThreadRunning(threadId: string): boolean {
    return this.isBegun(threadId) && !this.journal.held.some(({ thread }) => thread === threadId);
  }

  /** The threads of runs that go on which wait for files, with who has these. */
  get heldThreads(): JournalState['held'] {
    return this.journal.held.filter(({ thread }) => this.isBegun(thread));
  }

  private isBegun(threadId: string): boolean {
    const thread = this.journal.threads.get(threadId);
    return thread !== undefined && thread.finishedAt === undefined && this.openRuns.has(thread.run);
  }

  /** The id of the batch or stage that is carried out now. */
  get scope(): string | undefined {
    return this.journal.runs.findLast(run => this.openRuns.has(run.id))?.batch;
  }

  /** The threads of runs that go on which these have not begun, and may begin yet. */
  waitingThreads(): ReadonlySet<string> {
    const { threads, unreachable } = this.journal;
    const open = this.journal.runs.filter(({ id }) => this.openRuns.has(id));
    return new Set(
      open.flatMap(run =>
        run.threads.filter(
          thread => threads.get(thread)?.run !== run.id && !unreachable.some(each => each.thread === thread && each.run === run.id),
        ),
      ),
    );
  }

  isPartOfRun(threadId: string): boolean {
    return this.journal.runs.some(run => this.openRuns.has(run.id) && run.threads.includes(threadId));
  }

  isBatchRunning(batchId: string): boolean {
    return this.journal.runs.some(run => run.batch === batchId && this.openRuns.has(run.id));
  }

  /** The task that a session works for; the latest one when a thread's tasks share it. */
  taskOfSession(session: string): string | undefined {
    return this.bySession.get(session)?.task;
  }
}
