import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../src/common/clock';
import { silentLogger } from '../../src/common/logger';
import { parseSettings } from '../../src/domain/settings/parseSettings';
import { createRuntime, type RuntimeOptions } from '../../src/runtime/createRuntime';
import { Journal } from '../../src/runtime/journal/journal';
import { journalFile, journalFolder } from '../../src/runtime/journal/journalPaths';
import { readJournal } from '../../src/runtime/journal/readJournal';
import type { Repository } from '../../src/runtime/repository';
import { temporaryRepository, type TemporaryRepository } from './gitRepository';
import { temporaryDirectory } from './temporaryDirectory';
import { indexText, someStream, someTask, tasksText } from './temporaryWork';
import { planText } from './workstreamText';

export const conflictStream = '001-sample';
export const conflictThread = '01.01.02';
export const conflictTask = '01.01.02.01';

/** Changes a checkout; what it leaves is committed. */
export type Change = (repository: TemporaryRepository) => Promise<unknown>;

export type ConflictFixture = {
  readonly repository: TemporaryRepository;
  readonly integration: string;
  readonly tip: string;
  /** A new program each time, as after a restart. */
  open(settings?: Readonly<Record<string, unknown>>, changes?: Partial<RuntimeOptions>): Repository;
  journal(): ReturnType<typeof readJournal>;
  dispose(): Promise<void>;
};

/** A repository in which thread 01.01.02 was left to a person because its work conflicts with the integration branch, or is red. */
export async function conflictFixture({
  files,
  ours,
  theirs,
  red,
}: {
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly ours: Change;
  readonly theirs: Change;
  /** How the checks ended that refused the merge, instead of a conflict. */
  readonly red?: string;
}): Promise<ConflictFixture> {
  const folder = await temporaryDirectory();
  const repository = await temporaryRepository({
    name: 'conflict in ü',
    files: {
      ...files,
      'work/index.json': indexText([someStream(conflictStream)], conflictStream),
      [`work/${conflictStream}/PLAN.md`]: planText('01.01.01 One', '01.01.02 Two'),
      [`work/${conflictStream}/tasks.json`]: tasksText(conflictStream, [
        someTask('01.01.01.01', { status: 'completed' }),
        someTask(conflictTask, { status: 'blocked', report: 'Failed: it conflicts.' }),
      ]),
    },
  });
  const base = await repository.git(['rev-parse', 'HEAD']);
  const commit = async (branch: string, change: Change) => {
    await repository.git(['switch', '--quiet', '-c', branch, base]);
    await change(repository);
    const made = await repository.commit(branch);
    await repository.git(['switch', '--quiet', 'main']);
    return made;
  };
  const integration = await commit(`work/${conflictStream}`, ours);
  const tip = await commit('task/01-01-02-01-1', theirs);
  const file = journalFile(journalFolder(path.join(repository.root, '.git'), conflictStream));
  await journalUnmerged(file, { base, ours: integration, theirs: tip, files: ['a.txt'], ...(red === undefined ? {} : { red }) });
  const runtimes: { dispose(): void }[] = [];
  return {
    repository,
    integration,
    tip,
    open(settings = {}, changes = {}) {
      const parsed = parseSettings(settings).settings;
      const runtime = createRuntime({
        stateDirectory: path.join(folder.path, 'state'),
        settings: () => parsed,
        pluginFile: path.join(folder.path, 'none.js'),
        workScript: path.join(folder.path, 'none.js'),
        environment: { ...process.env, HOME: folder.path },
        clock: systemClock,
        logger: silentLogger,
        ...changes,
      });
      runtimes.push(runtime);
      return runtime.repository(repository.root);
    },
    journal: () => readJournal(file),
    async dispose() {
      for (const runtime of runtimes) runtime.dispose();
      await repository.dispose();
      await folder.dispose();
    },
  };
}

/** Journals that a task's work was done and could not be merged: because it conflicts in `files`, or because the checks are red. */
async function journalUnmerged(
  file: string,
  {
    task = conflictTask,
    base,
    ours,
    theirs,
    files,
    red,
  }: {
    readonly task?: string;
    readonly base: string;
    readonly ours: string;
    readonly theirs: string;
    readonly files: readonly string[];
    readonly red?: string;
  },
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const journal = await Journal.open(file, { clock: systemClock, logger: silentLogger, epoch: 1, guard: () => undefined });
  const [run, thread, attempt] = [`run-${task}`, task.slice(0, 8), `${task}#1`];
  const batch = task.slice(0, 5);
  journal.append({ kind: 'run.started', run, batch, threads: [thread], isolation: 'task', base, branch: 'main' });
  journal.append({ kind: 'thread.started', run, thread });
  journal.append({
    ...{ kind: 'attempt.started', run, attempt, task, thread, number: 1, record: 'r', agent: 'default', model: null, base },
    branch: `task/${task.replaceAll('.', '-')}-1`,
  });
  journal.append({ kind: 'attempt.finished', attempt, outcome: 'completed', commit: theirs, report: 'Did it.' });
  if (red === undefined) journal.append({ kind: 'merge.conflicted', thread, files: [...files], ours, theirs });
  else journal.append({ kind: 'merge.rejected', thread, commit: theirs, reason: red });
  journal.append({ kind: 'thread.finished', run, thread, outcome: 'blocked', reason: red ?? 'it conflicts' });
  journal.append({ kind: 'run.finished', run, batch, outcome: 'blocked', merged: [], blocked: [thread] });
  journal.close();
}
