import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import path from 'node:path';
import { silentLogger } from '../../src/common/logger';
import { isGreen } from '../../src/domain/merge/validation';
import { Git } from '../../src/runtime/git/git';
import { Worktrees } from '../../src/runtime/git/worktrees';
import { Journal } from '../../src/runtime/journal/journal';
import { MergeQueue } from '../../src/runtime/merge/mergeQueue';
import { Effects } from '../../src/runtime/run/effects';
import { validationOf } from '../../src/runtime/run/validateCandidate';
import { redCommits } from './firstParentWalk';
import { runGit, temporaryRepository, type TemporaryRepository } from './gitRepository';
import { checkProgram, oneByOne, type MergePlan, type PlannedThread, type ThreadEnd } from './mergePlan';

export type RoundReport = {
  readonly faults: readonly string[];
  readonly ends: readonly ThreadEnd[];
  readonly validations: number;
  /** As many as one by one takes; undefined when it was not asked for. */
  readonly serial: number | undefined;
  readonly walked: number;
  readonly flaky: number;
  readonly died: boolean;
};

/** Milliseconds that a check may take; ten times what it needs on a busy machine. */
const timeLimit = 4000;

type Carried = {
  readonly ends: readonly ThreadEnd[];
  readonly validations: number;
  readonly walked: number;
  readonly flaky: number;
  readonly died: boolean;
};

/** Carries a plan out on real git with real commands, and compares what came of it with what must. */
export async function playMergePlan(plan: MergePlan, { withSerial }: { readonly withSerial: boolean }): Promise<RoundReport> {
  const repository = await temporaryRepository({
    name: 'merge ü',
    files: { 'check.cjs': checkProgram, 'shared.txt': 'as it was\n', '.gitignore': '.worktrees/\n' },
  });
  try {
    const tips = await writeThreads(repository, plan.threads);
    const faults: string[] = [];
    const together = await carryOut(repository, '001-together', plan, tips, faults);
    const serial = withSerial ? await carryOut(repository, '002-serial', { ...plan, limit: 1, dies: 0 }, tips, faults) : undefined;
    return { ...together, faults, serial: serial?.validations };
  } finally {
    await repository.dispose();
  }
}

/** Each thread's work as one commit on the user's; gives their ids. */
async function writeThreads(repository: TemporaryRepository, threads: readonly PlannedThread[]): Promise<readonly string[]> {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const stream = threads.map(({ id, text, shared }, index) => {
    const files = [[`${index + 1}.txt`, text] as const, ...(shared === undefined ? [] : [['shared.txt', `${shared}\n`] as const])];
    return (
      `commit refs/heads/task/${id}\ncommitter Ada Test <ada@example.com> 1700000000 +0000\n${data(`Work of ${id}`)}from refs/heads/main^0\n` +
      files.map(([name, content]) => `M 100644 inline ${name}\n${data(content)}`).join('')
    );
  });
  await new Git(repository.root).input(['fast-import', '--quiet'], stream.join(''));
  return Promise.all(threads.map(({ id }) => repository.git(['rev-parse', `refs/heads/task/${id}`])));
}

async function carryOut(
  repository: TemporaryRepository,
  stream: string,
  plan: MergePlan,
  tips: readonly string[],
  faults: string[],
): Promise<Carried> {
  const { root } = repository;
  const base = await repository.git(['rev-parse', 'refs/heads/main']);
  const folder = path.join(root, '.git', 'work', stream);
  const counter = path.join(root, '.git', `runs-of-${stream}`);
  const branch = `work/${stream}`;
  const drive = async (epoch: number, dies: number) => {
    let lines = 0;
    const journal = await Journal.open(path.join(folder, 'journal.jsonl'), {
      clock: { now: () => Date.now() },
      epoch,
      logger: silentLogger,
      write: (descriptor, bytes) => {
        if (dies > 0 && ++lines >= dies) throw new Error('the driver is dead');
        return writeSync(descriptor, bytes);
      },
    });
    try {
      return await mergeAll(repository, { ...plan, stream, folder, tips, counter, journal });
    } finally {
      journal.close();
    }
  };
  const first = await drive(1, plan.dies);
  const died = first.includes('dead');
  const ends = died ? await drive(2, 0) : first;
  const journal = await Journal.open(path.join(folder, 'journal.jsonl'), { clock: { now: () => 0 }, epoch: 3, logger: silentLogger });
  const { validations } = journal.state;
  journal.close();

  const expected = oneByOne(plan);
  if (ends.join() !== expected.join()) faults.push(`${stream}: ended ${ends.join()}, one by one ends ${expected.join()}`);
  const { walked, red } = await redCommits(root, {
    branch,
    from: base,
    command: [process.execPath, 'check.cjs'],
    timeLimit: 10 * timeLimit,
  });
  for (const commit of red) faults.push(`${stream}: ${commit} stood on the branch and is red`);
  for (const commit of new Set(validations.map(validation => validation.commit))) {
    const verdicts = validations.filter(validation => validation.commit === commit).map(({ commands }) => commands.every(isGreen));
    if (!/^(?:1|0|01|00)$/.test(verdicts.map(Number).join(''))) {
      faults.push(`${stream}: ${commit} was checked once too often: ${verdicts.join()}`);
    }
  }
  faults.push(...(await landedFaults(repository, { branch, base, stream, plan, tips, ends })));
  const flaky = validations.filter(({ confirms, commands }) => confirms === true && commands.every(isGreen)).length;
  return { ends: ends.filter(end => end !== 'dead'), validations: validations.length, walked, flaky, died };
}

type Merging = MergePlan & {
  readonly stream: string;
  readonly folder: string;
  readonly tips: readonly string[];
  readonly counter: string;
  readonly journal: Journal;
};

/** Hands all threads to a merge queue as a run does; `dead` are those whose driver died before they ended. */
async function mergeAll(
  { root }: TemporaryRepository,
  { threads, limit, strategy, atOnce, alarm, stream, folder, tips, counter, journal }: Merging,
): Promise<readonly (ThreadEnd | 'dead')[]> {
  const git = new Git(root);
  const worktrees = new Worktrees(git, { directory: path.join(root, '.worktrees') });
  const queue = new MergeQueue({ git, worktrees, streamId: stream, strategy, limit });
  await queue.ensureIntegrationBranch({ base: await runGit(['rev-parse', 'refs/heads/main'], root) });
  const validate = validationOf({
    root,
    streamId: stream,
    journal,
    journalFolder: folder,
    validation: { commands: [[process.execPath, 'check.cjs', counter, String(alarm)]], timeLimit },
    observer: { notice: () => undefined, threadStarted: () => undefined },
    endProcesses: () => Promise.resolve(),
  });
  const effects = new Effects(journal);
  const { signal } = new AbortController();
  const late = new Promise<void>(resolve => {
    journal.onDidAppend(({ kind }) => kind === 'merge.validated' && resolve());
    if (threads.length === atOnce) resolve();
  });
  const merge = async ({ id }: PlannedThread, position: number): Promise<ThreadEnd | 'dead'> => {
    const intent = { tip: tips[position] ?? '', intentDate: 1_700_000_000_000, validationsBefore: journal.state.validations.length };
    try {
      const ended = await effects.run('merge', `r/${id}/merge`, intent, async begun => {
        const request = { ...begun, thread: id, position, message: `Merge thread ${id}`, trailers: { Workstream: stream, Thread: id } };
        return { kind: (await queue.merge<string>(request, signal, validate)).kind };
      });
      assert.ok(ended.kind === 'landed' || ended.kind === 'rejected' || ended.kind === 'conflict', ended.kind);
      return ended.kind;
    } catch (error) {
      if (String(error).includes('the driver is dead')) return 'dead';
      throw error;
    }
  };
  const first = Promise.all(threads.slice(0, atOnce).map(merge));
  await Promise.race([late, first]);
  const rest = await Promise.all(threads.slice(atOnce).map((thread, index) => merge(thread, atOnce + index)));
  return [...(await first), ...rest];
}

type Landed = {
  readonly branch: string;
  readonly base: string;
  readonly stream: string;
  readonly plan: MergePlan;
  readonly tips: readonly string[];
  readonly ends: readonly string[];
};

/** Every landed thread has one merge of its own on the branch, the others none; the user's branch and checkout are as they were. */
async function landedFaults(
  repository: TemporaryRepository,
  { branch, base, stream, plan, tips, ends }: Landed,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const git = (args: readonly string[]) => repository.git(args);
  const format = '--format=%P|%(trailers:key=Thread,valueonly,separator=)|%(trailers:key=Squashed,valueonly,separator=)';
  const commits = (await git(['log', format, `${base}..refs/heads/${branch}`])).split('\n').map(line => line.split('|'));
  for (const [index, { id }] of plan.threads.entries()) {
    const merges = commits.filter(
      ([parents = '', thread, squashed]) => thread === id && (squashed === tips[index] || parents.split(' ')[1] === tips[index]),
    );
    const wanted = ends[index] === 'landed' ? 1 : 0;
    if (merges.length !== wanted) faults.push(`${stream}: thread ${id} has ${merges.length} merges, not ${wanted}`);
  }
  const left = await git(['for-each-ref', '--format=%(refname)', `refs/work/candidates/${stream}`]);
  if (left !== '') faults.push(`${stream}: ${left} is left behind`);
  const own = [await git(['rev-parse', 'refs/heads/main']), await git(['status', '--porcelain'])];
  if (own.join() !== `${base},`) faults.push(`${stream}: the user's checkout is not as it was: ${own.join()}`);
  return faults;
}
