import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { versionOf } from '../../../src/domain/journal/versions';
import type { NewJournalEvent } from '../../../src/domain/journal/events';
import type { Sample } from './sample';

const begin = Date.UTC(2026, 0, 20, 21, 0, 0);
const commit = (letter: string) => letter.repeat(40);

/** Seconds after the begin, and what happened then. */
export type Happening = readonly [second: number, event: NewJournalEvent];

/** A journal as a driver would have left it, so that a story about reading it needs no run. */
export async function plantJournal(sample: Sample, happenings: readonly Happening[]): Promise<void> {
  const lines = happenings.map(([second, event], index) =>
    JSON.stringify({ v: versionOf(event.kind), seq: index + 1, at: new Date(begin + second * 1000).toISOString(), epoch: 1, ...event }),
  );
  const folder = path.join(sample.root, '.git', 'work', sample.stream);
  await mkdir(path.join(folder, 'logs'), { recursive: true });
  await writeFile(path.join(folder, 'logs', 'red.log'), 'all that the red command said\n');
  await writeFile(path.join(folder, 'journal.jsonl'), `${lines.join('\n')}\n`);
}

const red = `✖ slugify keeps no accents (1.2ms)
  AssertionError: Expected values to be strictly equal:
  + actual - expected
  + 'café'
  - 'cafe'
ℹ tests 12
ℹ pass 11
ℹ fail 1`;

/** A run of the sample's first batch: a question, a red check, a return, a conflict, and everything merged in the end. */
export function eventfulRun(head: string): readonly Happening[] {
  const run = 'r1';
  const batch = '01.01';
  const command = { command: 'node --test', timedOut: false, output: 'logs/red.log' };
  const validated = (second: number, letter: string, thread: string, tail: string): Happening => [
    second,
    {
      kind: 'merge.validated',
      commit: commit(letter),
      threads: [thread],
      commands: [{ ...command, exitCode: tail === '' ? 0 : 1, duration: 9000, tail: tail === '' ? 'ℹ tests 12\nℹ pass 12' : tail }],
    },
  ];
  const landed = (second: number, letter: string, thread: string): Happening => [
    second,
    { kind: 'merge.landed', thread, commit: commit(letter), before: head, branch: 'work/001-text-toolkit' },
  ];
  const attempt = (
    [from, to]: readonly [number, number],
    task: string,
    number: number,
    files: readonly (readonly [path: string, added: number, deleted: number])[],
  ): readonly Happening[] => {
    const id = `${task}#${number}`;
    const thread = task.slice(0, 8);
    return [
      [
        from,
        {
          kind: 'attempt.started',
          run,
          attempt: id,
          task,
          thread,
          number,
          record: id,
          agent: 'developer',
          model: 'scripted/model',
          base: head,
          worktree: path.join('/gone', id),
          branch: `task/${task}`,
        },
      ],
      [from, { kind: 'effect.intended', effect: 'session', key: `${id}/session`, intent: {} }],
      [from, { kind: 'effect.done', effect: 'session', key: `${id}/session`, evidence: { session: `ses_${task}` } }],
      [
        to,
        {
          kind: 'attempt.changed',
          attempt: id,
          files: files.map(([file, additions, deletions]) => ({ path: file, change: 'added', additions, deletions })),
        },
      ],
      [to, { kind: 'attempt.finished', attempt: id, outcome: 'completed', commit: head, report: `Did ${task}.`, cost: 0.042 }],
    ];
  };
  const [cases, slugs] = ['01.01.01', '01.01.02'];
  const happenings: readonly Happening[] = [
    [0, { kind: 'run.started', run, batch, threads: [cases, slugs], isolation: 'task', base: head, branch: 'main' }],
    [1, { kind: 'thread.started', run, thread: cases }],
    [1, { kind: 'thread.started', run, thread: slugs }],
    ...attempt([2, 65], '01.01.01.01', 1, [['src/case.js', 24, 0]]),
    ...attempt([66, 140], '01.01.01.02', 1, [['src/title.js', 31, 0]]),
    ...attempt([3, 95], '01.01.02.01', 1, [['src/slug.js', 18, 0]]),
    [
      30,
      { kind: 'attempt.judged', attempt: '01.01.02.01#1', state: 'waiting', since: iso(30), reason: 'It asks whether accents may stay.' },
    ],
    [62, { kind: 'attempt.judged', attempt: '01.01.02.01#1', state: 'working', since: iso(62), reason: 'It goes on.' }],
    ...attempt([96, 150], '01.01.02.02', 1, [['test/slug.test.js', 40, 0]]),
    validated(150, 'a', cases, ''),
    landed(151, 'a', cases),
    validated(161, 'b', slugs, red),
    [162, { kind: 'merge.rejected', thread: slugs, commit: commit('b'), reason: '`node --test` ended with exit code 1' }],
    [
      163,
      {
        kind: 'merge.returned',
        run,
        thread: slugs,
        task: '01.01.02.02',
        attempt: '01.01.02.02#1',
        number: 1,
        reason: 'The merged tree does not pass `node --test`.',
      },
    ],
    ...attempt([164, 230], '01.01.02.02', 2, [['src/slug.js', 6, 4]]),
    [232, { kind: 'merge.conflicted', thread: slugs, files: ['src/index.js'], ours: head, theirs: commit('e') }],
    [
      233,
      {
        kind: 'merge.returned',
        run,
        thread: slugs,
        task: '01.01.02.02',
        attempt: '01.01.02.02#2',
        number: 2,
        reason: 'It conflicts in src/index.js.',
      },
    ],
    ...attempt([234, 262], '01.01.02.02', 3, [['src/index.js', 3, 1]]),
    validated(272, 'd', slugs, ''),
    landed(273, 'd', slugs),
    [274, { kind: 'run.finished', run, batch, outcome: 'completed', merged: [cases, slugs], blocked: [] }],
  ];
  return happenings.toSorted(([left], [right]) => left - right);
}

const iso = (second: number) => new Date(begin + second * 1000).toISOString();
