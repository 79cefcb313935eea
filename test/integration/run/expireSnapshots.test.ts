import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../src/common/logger';
import { Git } from '../../../src/runtime/git/git';
import { Removal } from '../../../src/runtime/git/removal';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { Journal } from '../../../src/runtime/journal/journal';
import { Effects } from '../../../src/runtime/run/effects';
import { expireSnapshots } from '../../../src/runtime/run/expireSnapshots';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

const stream = '001-demo';
const day = 86_400_000;
const start = 1_700_000_000_000;

describe('The snapshots that a driver forgets when it starts', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let worktrees: Worktrees;
  let journal: Journal;
  let said: string[];

  beforeEach(async () => {
    repository = await temporaryRepository({ files: { 'a.txt': 'one\n', '.gitignore': 'inner/*\n!inner/.git\n' } });
    git = new Git(repository.root);
    worktrees = new Worktrees(git, { directory: path.join(repository.root, '.worktrees') });
    journal = await Journal.open(path.join(repository.root, '.git', 'work', stream, 'journal.jsonl'), {
      clock: { now: () => start },
      epoch: 1,
      logger: silentLogger,
    });
    said = [];
    await repository.git(['branch', `work/${stream}`, 'main']);
  });
  afterEach(async () => {
    journal.close();
    await repository.dispose();
  });

  const snapshotsAt = (days: number) => new Snapshots(git, { clock: { now: () => start + days * day } });
  /** A snapshot, taken on that day, of a worktree that was changed in some way; its worktree stays. */
  const takeOn = async (days: number, change: (place: string) => Promise<unknown> = () => Promise.resolve(), of = stream) => {
    const name = `d${days}`;
    const { path: place } = await worktrees.add({ name, branch: `task/${name}`, base: 'main' });
    await change(place);
    return (await snapshotsAt(days).take({ worktree: place, stream: of, task: name })).ref;
  };
  const commitIn = async (place: string) => {
    await writeFile(path.join(place, 'a.txt'), `changed in ${place}\n`);
    return repository.commit('Work', place);
  };
  const expireOn = (days: number, maximumCount: number, maximumDays: number) =>
    expireSnapshots({
      git,
      effects: new Effects(journal),
      clock: { now: () => start + days * day },
      logger: silentLogger,
      settings: { snapshots: { maximumCount, maximumDays } },
      observer: { notice: text => void said.push(text) },
    });
  const refs = async () =>
    (await repository.git(['for-each-ref', '--format=%(refname)', 'refs/work/snapshots'])).split('\n').filter(Boolean);

  it('are those of merged work that are too old, each in the journal, and the user is told', async () => {
    const old = await takeOn(1);
    const merged = await takeOn(2, async place => {
      const commit = await commitIn(place);
      await repository.git(['update-ref', `refs/heads/work/${stream}`, commit]);
    });
    const young = await takeOn(25);
    await expireOn(40, 0, 30);
    assert.deepEqual(await refs(), [young]);
    const gone = [...journal.state.effects.values()].filter(({ kind, state }) => kind === 'removal' && state === 'done');
    assert.deepEqual(gone.map(({ intent }) => (intent as { snapshot: string }).snapshot).sort(), [old, merged].sort());
    assert.deepEqual(said, ['2 snapshots of merged work were forgotten, as work.snapshots asks for.']);
    await expireOn(40, 0, 30);
    assert.equal(said.length, 1);
  });

  it('are the oldest of merged work when there are too many', async () => {
    await takeOn(1);
    const kept = [await takeOn(2), await takeOn(3)];
    await expireOn(4, 2, 0);
    assert.deepEqual(await refs(), kept);
  });

  const unmerged = [
    ['a commit that is in no integration branch', commitIn],
    ['a changed file', (place: string) => writeFile(path.join(place, 'a.txt'), 'changed\n')],
    [
      'something that is staged and not on the disk',
      async (place: string) => {
        await writeFile(path.join(place, 'a.txt'), 'staged\n');
        await runGit(['add', 'a.txt'], place);
        await writeFile(path.join(place, 'a.txt'), 'one\n');
      },
    ],
    [
      'a repository of which only the commits are kept',
      async (place: string) => {
        const inner = path.join(place, 'inner');
        await mkdir(inner);
        await runGit(['init', '--quiet'], inner);
        await appendFile(path.join(inner, '.git', 'info', 'exclude'), '*\n');
      },
    ],
    [
      'the other side of a merge that somebody was in the middle of',
      async (place: string) => {
        const side = await repository.git(['commit-tree', '-p', 'main', '-m', 'Side', 'main^{tree}']);
        await runGit(['merge', '--quiet', '--no-commit', '--no-ff', side], place);
      },
    ],
    [
      'a commit that only the integration branch of another workstream holds',
      async (place: string) => repository.git(['branch', 'work/002-other', await commitIn(place)]),
    ],
    ['the work of a workstream without an integration branch', commitIn, '009-gone'],
  ] as const;
  it(`are never one with ${unmerged.map(([what]) => what).join(', nor ')}, however old they are and many there are`, async () => {
    const kept: (readonly [string, string])[] = [];
    for (const [index, [what, change, of]] of unmerged.entries()) kept.push([await takeOn(index + 1, change, of), what]);
    const left = async () => {
      const all = await refs();
      return kept.flatMap(([ref, what]) => (all.includes(ref) ? what : []));
    };
    const whats = unmerged.map(([what]) => what);
    await expireOn(4000, 1, 1);
    assert.deepEqual(await left(), whats);
    await takeOn(3999);
    await expireOn(8000, 1, 1);
    assert.deepEqual(await left(), whats);
    assert.equal((await refs()).length, whats.length, 'the merged one is gone');
  });

  it('are never one that a removal needs which did not end', async () => {
    const { path: place } = await worktrees.add({ name: 'held', branch: 'task/held', base: 'main' });
    const commit = await commitIn(place);
    const removal = new Removal(git, snapshotsAt(1), {
      directory: worktrees.directory,
      disk: {
        rename: () => Promise.reject(Object.assign(new Error('in use'), { code: 'EBUSY' })),
        rm: () => Promise.reject(new Error('not yet')),
      },
    });
    const { snapshot } = await removal.remove({ worktree: place, stream, task: 'held', branch: 'task/held' });
    await repository.git(['update-ref', `refs/heads/work/${stream}`, commit]);
    await expireOn(100, 1, 1);
    assert.deepEqual(await refs(), [snapshot]);
    assert.deepEqual(said, []);
  });

  it('are not one that was replaced since it was listed', async () => {
    const ref = await takeOn(1);
    const [listed] = await snapshotsAt(1).list();
    assert.ok(listed);
    await repository.git(['update-ref', ref, 'main']);
    await assert.rejects(snapshotsAt(1).forget([listed]), { reason: 'unknown-snapshot' });
    assert.deepEqual(await refs(), [ref]);
  });
});
