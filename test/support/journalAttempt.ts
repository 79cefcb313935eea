import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../src/common/clock';
import { silentLogger } from '../../src/common/logger';
import { Journal } from '../../src/runtime/journal/journal';
import { journalFile, journalFolder } from '../../src/runtime/journal/journalPaths';

export type JournalledAttempt = {
  /** The repository's main checkout. */
  readonly root: string;
  readonly stream: string;
  readonly task: string;
  /** Absolute. */
  readonly worktree: string;
  readonly branch: string;
  readonly base: string;
  /** True unless told otherwise. */
  readonly finished?: boolean;
  /** What it left, merged since. */
  readonly merged?: string;
};

/** Journals one attempt at a task as a run does. */
export async function journalAttempt({ root, stream, task, base, finished = true, merged, ...place }: JournalledAttempt): Promise<void> {
  const folder = journalFolder(path.join(root, '.git'), stream);
  await mkdir(folder, { recursive: true });
  const journal = await Journal.open(journalFile(folder), { clock: systemClock, epoch: 1, logger: silentLogger });
  const thread = task.slice(0, 8);
  const [id, run] = [`${task}#1`, 'run-1'];
  const started = { run, attempt: id, task, thread, number: 1, record: 'r', agent: 'backend', model: null, base };
  journal.append({ kind: 'run.started', run, batch: '01.01', threads: [thread], isolation: 'task', base, branch: 'main' });
  journal.append({ kind: 'thread.started', run, thread });
  journal.append({ kind: 'attempt.started', ...started, ...place });
  journal.append({ kind: 'effect.intended', effect: 'session', key: `${id}/session`, intent: {} });
  journal.append({ kind: 'effect.done', effect: 'session', key: `${id}/session`, evidence: { session: 'ses_1' } });
  if (finished) {
    const commit = merged === undefined ? {} : { commit: merged };
    journal.append({ kind: 'attempt.finished', attempt: id, outcome: 'completed', ...commit });
  }
  if (merged !== undefined) journal.append({ kind: 'merge.landed', thread, commit: base, before: base, branch: `work/${stream}` });
  if (finished) {
    journal.append({ kind: 'thread.finished', run, thread, outcome: 'completed' });
    journal.append({ kind: 'run.finished', run, batch: '01.01', outcome: 'completed', merged: [], blocked: [] });
  }
  journal.close();
}
