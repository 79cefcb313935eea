import type { AttemptState, JournalState } from '../../domain/journal/journalState';
import type { WorktreeAttempt } from '../../domain/worktrees/worktreeFacts';
import type { WorkFiles } from '../files/workFiles';
import { realPathOf } from '../git/paths';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';

/** What the journals know of one worktree. */
export type JournalledWorktree = {
  readonly stream: string;
  readonly attempt: WorktreeAttempt;
  /** The commit the first of its attempts started at. */
  readonly base: string;
  readonly startedAt: number;
  /** The commit that its latest attempt left, if its thread's merge landed since: then that commit's work is merged. */
  readonly mergedCommit: string | undefined;
};

export type OpenResolution = { readonly stream: string; readonly thread: string; readonly base: string };

export type StreamNames = {
  readonly current: string | undefined;
  /** By workstream, task id → name. */
  readonly tasks: ReadonlyMap<string, ReadonlyMap<string, string>>;
};

/** The workstreams of a repository and what their tasks are called; what cannot be read is left out, the plan's view says why. */
export async function readNames(files: Pick<WorkFiles, 'readIndex' | 'readTasks'>): Promise<StreamNames> {
  const index = await files.readIndex();
  if (index.kind !== 'ok') return { current: undefined, tasks: new Map() };
  const tasks = await Promise.all(
    index.value.streams.map(async ({ id }) => {
      const records = await files.readTasks(id).catch(() => []);
      return [id, new Map(records.map(task => [task.id, task.name]))] as const;
    }),
  );
  const { current_stream: wanted, streams } = index.value;
  const current = streams.find(({ id }) => id === wanted) ?? streams.find(({ name }) => name === wanted);
  return { current: current?.id ?? (streams.length === 1 ? streams[0]?.id : undefined), tasks: new Map(tasks) };
}

/** Every worktree that an attempt was made in, by its real path. `isDriven`: somebody carries out batches of the repository now. */
export async function readJournalledWorktrees(
  commonDir: string,
  names: StreamNames,
  isDriven: boolean,
): Promise<ReadonlyMap<string, JournalledWorktree>> {
  const found = new Map<string, JournalledWorktree>();
  for (const [stream, tasks] of names.tasks) {
    const { state } = await readJournal(journalFile(journalFolder(commonDir, stream)));
    for (const [worktree, attempts] of byWorktree(state)) {
      const [first] = attempts;
      const last = attempts.at(-1);
      if (!first || !last) continue;
      found.set(await realPathOf(worktree), {
        stream,
        base: first.base,
        startedAt: Date.parse(first.startedAt),
        mergedCommit: mergedCommit(state, last),
        attempt: {
          ...{ id: last.id, task: last.task, number: last.number, agent: last.agent },
          ...{ name: tasks.get(last.task), session: last.session, outcome: last.outcome },
          running: isDriven && last.finishedAt === undefined,
          tasks: [...new Set(attempts.map(({ task }) => task))],
        },
      });
    }
  }
  return found;
}

/** Every worktree in which a person resolves the conflicts of a thread, by its real path. */
export async function readResolutions(commonDir: string, names: StreamNames): Promise<ReadonlyMap<string, OpenResolution>> {
  const found = new Map<string, OpenResolution>();
  for (const stream of names.tasks.keys()) {
    const { state } = await readJournal(journalFile(journalFolder(commonDir, stream)));
    for (const { worktree, closed, thread, ours } of state.resolutions) {
      if (closed === undefined) found.set(await realPathOf(worktree), { stream, thread, base: ours });
    }
  }
  return found;
}

function byWorktree({ attempts }: JournalState): ReadonlyMap<string, readonly AttemptState[]> {
  const found = new Map<string, AttemptState[]>();
  for (const attempt of attempts.values()) {
    if (attempt.worktree === undefined) continue;
    found.set(attempt.worktree, [...(found.get(attempt.worktree) ?? []), attempt]);
  }
  return found;
}

function mergedCommit({ threads }: JournalState, last: AttemptState): string | undefined {
  const thread = threads.get(last.thread);
  const isIn = last.outcome === 'completed' && thread?.run === last.run && thread.merge?.state === 'landed';
  return isIn ? last.commit : undefined;
}
