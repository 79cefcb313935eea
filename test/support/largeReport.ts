import { formatId } from '../../src/domain/ids';
import type { MergeState } from '../../src/domain/journal/journalState';
import type { ReportInput } from '../../src/domain/reports/reportInput';
import { placed } from './journalEvents';
import { attempt, sketchStage, type TaskSketch, type ThreadSketch } from './reportTree';

const minute = (count: number) => new Date(Date.UTC(2026, 0, 20, 9, count)).toISOString();
const landed: MergeState = { state: 'landed', commit: 'c'.repeat(40), before: 'b'.repeat(40), branch: 'work/001-x', at: minute(90) };
const rejected: MergeState = { state: 'rejected', commit: 'd'.repeat(40), reason: '`npm test` ended with exit code 1', at: minute(95) };

/** Words of the length that people and agents write, one of which cannot be broken. */
const report =
  'Moved the parser of settings into a module of its own, with `src/runtime/settings/readSettingsOfEveryFolderOfTheWorkspace.ts` beside it; the old entry stays until the next stage.';

function task(batch: number, thread: number, number: number): TaskSketch {
  const id = formatId(1, batch, thread, number);
  const isBlocked = id === '01.02.02.03';
  const own = attempt(`${id}#1`, {
    ...{ task: id, thread: formatId(1, batch, thread), session: `ses_${id}`, worktree: `/w/${id}`, agent: 'backend-expert' },
    ...{ model: 'anthropic/claude-sonnet-4-5', outcome: isBlocked ? 'blocked' : 'completed', commit: 'a'.repeat(40), cost: 0.37 },
    ...{ startedAt: minute(batch * 10 + number), finishedAt: minute(batch * 10 + number + 7) },
    changes: [{ path: `src/feature-${batch}/part-${thread}.ts`, change: 'modified', additions: 12, deletions: 3 }],
  });
  return { name: `Read the settings of part ${number}`, status: isBlocked ? 'blocked' : 'completed', report, attempts: [own] };
}

function thread(batch: number, number: number): ThreadSketch {
  const isRed = batch === 4 && number === 1;
  const tasks = [1, 2, 3].map(each => task(batch, number, each));
  return { name: `Settings of feature ${batch}.${number}`, tasks, merge: isRed ? rejected : landed };
}

/** A stage of five batches, four threads each, three tasks each. One task is blocked, one thread's checks failed. */
export const largeReport: ReportInput = {
  subject: sketchStage(1, {
    name: 'Foundation of everything',
    batches: [1, 2, 3, 4, 5].map(batch => ({ name: `Batch of settings ${batch}`, threads: [1, 2, 3, 4].map(each => thread(batch, each)) })),
  }),
  generatedAt: minute(120),
  definition: 'Everything that the later stages stand on.',
  files: [1, 2, 3, 4, 5].flatMap(batch =>
    [1, 2, 3, 4].map(each => ({
      ...({ path: `src/feature-${batch}/part-${each}.ts`, change: 'modified', additions: 12, deletions: 3 } as const),
      task: formatId(1, batch, each, 1),
    })),
  ),
  events: [1, 2, 3, 4, 5].flatMap(batch => {
    const run = `run-${batch}`;
    const threads = [1, 2, 3, 4].map(each => formatId(1, batch, each));
    return [
      placed({ kind: 'run.started', run, batch: formatId(1, batch), threads, isolation: 'task', base: 'b', branch: 'main' }, batch * 10),
      ...threads.map((id, index) => placed({ kind: 'thread.started', run, thread: id }, batch * 10 + 1 + index)),
    ];
  }),
};
