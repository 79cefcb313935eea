import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Write } from '../../../src/runtime/journal/appender';
import { journalFile, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { ownIdentity } from '../../../src/runtime/recovery/processIdentity';
import type { RunReport } from '../../../src/runtime/run/runRequest';
import { RunHarness, streamId, working, type Project, type ProjectOptions } from '../../support/runHarness';
import { threadsText } from '../../support/temporaryWork';
import { waitFor } from '../../support/waitFor';
import { runProgram } from '../../support/withoutPrivilege';

const task = '01.01.01.01';
const journalOf = ({ root }: Project) => journalFile(journalFolder(path.join(root, '.git'), streamId));

type Row = {
  readonly what: string;
  readonly options?: ProjectOptions;
  readonly prepare?: (project: Project) => Promise<unknown>;
  /** Directives of its agent before it does its work. */
  readonly first?: readonly string[];
  /** Told while it runs. */
  readonly says?: readonly RegExp[];
  /** After the batch. */
  readonly check?: (project: Project) => Promise<unknown>;
};

const day = 86_400_000;
const foreign = 'not a line of ours\n{"v":1,"seq":7,"at":"2026-01-20T00:00:00.000Z","epoch":1,"kind":"comet.seen","tail":2}\n';

/** What is in one list is there at the same time: none of it touches the others. */
const harmless: readonly (readonly Row[])[] = [
  [
    {
      what: 'a journal with a damaged line and one of a newer version',
      prepare: async project => {
        await mkdir(path.dirname(journalOf(project)), { recursive: true });
        await writeFile(journalOf(project), foreign);
      },
      says: [
        /has 1 line \(2\) of a newer version of Workstreams\..*update this program/,
        /has 1 line \(1\) that cannot be read\. They are kept/,
      ],
      check: async project => assert.ok((await readFile(journalOf(project), 'utf8')).startsWith(foreign), 'both are kept where they are'),
    },
    {
      what: 'a post-checkout hook that fails',
      prepare: ({ root }) => writeHook(root, 'post-checkout'),
    },
    {
      what: 'a lock of git that was left over in the user’s checkout',
      prepare: ({ root }) => writeFile(path.join(root, '.git', 'index.lock'), ''),
      check: async ({ root }) => assert.ok((await readdir(path.join(root, '.git'))).includes('index.lock'), 'it is the user’s to remove'),
    },
    {
      what: 'the claim of a driver of an earlier boot, whose number another process has now',
      prepare: async ({ root }) => {
        const folder = path.join(root, '.git', 'work', 'drivers');
        await mkdir(folder, { recursive: true });
        const claim = { ...(await ownIdentity()), boot: 'an earlier one', program: 'VS Code', since: '2026-01-19T00:00:00.000Z' };
        await writeFile(path.join(folder, 'driver.4'), JSON.stringify({ ...claim, start: 'an earlier one', pid: process.pid }));
        await writeFile(path.join(root, 'work', streamId, 'threads.json'), threadsText(streamId, ['01.01.01', '02.01.01'].map(left)));
      },
      check: async project => {
        assert.match(await readFile(journalOf(project), 'utf8'), /"epoch":5/);
        const threads = await project.repository.files.readWorkstream(streamId);
        assert.ok(threads.threads.kind === 'ok');
        const left = threads.threads.value.flatMap(({ sessions }) => sessions).filter(({ sessionId }) => sessionId.startsWith('ses_left'));
        assert.deepEqual(
          left.map(({ sessionId, status }) => [sessionId, status]),
          [
            ['ses_left_01.01.01', 'interrupted'],
            ['ses_left_02.01.01', 'interrupted'],
          ],
        );
      },
    },
  ],
  [
    {
      what: 'a PLAN.md that somebody saves half-written while an agent works',
      first: [`[[bash printf '# Plan: Sample\\n\\n## Stages\\n\\n### Stage x\\n' > {{plan}}]]`],
      check: async project => {
        assert.equal(await project.read(`work/${streamId}/PLAN.md`), '# Plan: Sample\n\n## Stages\n\n### Stage x\n', 'it is the user’s');
        const again = await project.run('01.01');
        assert.match(
          again.kind === 'refused' ? again.findings.problems.map(({ message }) => message).join('\n') : '',
          /^PLAN\.md:3: No stages found\./m,
        );
      },
    },
    {
      what: 'a clock that jumps back and forth by a day',
      options: { runtime: { clock: jumping() } },
    },
  ],
];

/** A session that its program, which is dead, wrote down as running. */
function left(threadId: string) {
  const session = { agentName: 'default', model: 'lab/scripted', startedAt: '2026-01-19T00:00:00.000Z', status: 'running' };
  return { threadId, sessions: [{ sessionId: `ses_left_${threadId}`, ...session }] };
}

function jumping(): { now(): number } {
  let calls = 0;
  return { now: () => Date.now() + (++calls % 2 === 0 ? day : -day) };
}

describe('State that is not as it should be', function () {
  this.timeout(300_000);
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4745);
  });
  after(() => harness.dispose());

  const listen = (project: Project): readonly string[] => {
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    return said;
  };
  const isWhole = async (project: Project, report: RunReport | undefined, said: readonly string[]) => {
    const journal = (await readFile(journalOf(project), 'utf8')).split('\n').filter(line => /attempt\.|commit/.test(line));
    const story = JSON.stringify([report, said, journal], undefined, 1);
    assert.deepEqual(await project.tasks(), [`${task}: completed — Did ${task}.`], story);
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:made.txt`).catch(String), 'made', story);
    const merges = await project.git('rev-list', '--merges', `main..refs/heads/work/${streamId}`);
    assert.equal(merges.split('\n').length, 1, story);
  };

  for (const rows of harmless) {
    it(`${rows.map(({ what }) => what).join(', ')}: the batch is carried out, once`, async () => {
      harness.model.replaceScripts([working(task, ...rows.flatMap(({ first = [] }) => first), '[[write made.txt|made]]')]);
      const project = await harness.project(rows.reduce<ProjectOptions>((all, { options }) => ({ ...all, ...options }), {}));
      harness.model.vars.plan = path.join(project.root, 'work', streamId, 'PLAN.md');
      for (const { prepare } of rows) await prepare?.(project);
      const said = listen(project);
      await isWhole(project, await project.run('01.01'), said);
      for (const sentence of rows.flatMap(({ says = [] }) => says)) assert.match(said.join('\n'), sentence);
      for (const { check } of rows) await check?.(project);
    });
  }

  /** Fails from the line that holds `at` on, until there is space again. */
  const disk = (at: string, fail: Write) => {
    let state: 'space' | 'full' | 'freed' = 'space';
    const write: Write = (descriptor, bytes) => {
      if (state === 'space' && bytes.includes(at)) state = 'full';
      return state === 'full' ? fail(descriptor, bytes) : writeSync(descriptor, bytes);
    };
    return { write, free: () => (state = 'freed') };
  };
  const noSpace: Write = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  };
  const fullDisks = [
    { when: 'before the agent’s work is committed', at: '"effect":"commit"', fail: noSpace, says: /ENOSPC: no space left on device/ },
    {
      when: 'in the middle of the line of a merge',
      at: '"kind":"merge.landed"',
      fail: (descriptor: number, bytes: Buffer) => writeSync(descriptor, bytes.subarray(0, 20)),
      says: /only 20 of \d+ bytes could be written/,
    },
  ];
  for (const { when, at, fail, says } of fullDisks) {
    it(`a disk that is full ${when}: the batch stops with a sentence, and goes on to its end when there is space`, async () => {
      harness.model.replaceScripts([working(task, '[[write made.txt|made]]')]);
      const { write, free } = disk(at, fail);
      const project = await harness.project({ runtime: { journalWrite: write } });
      const stopped = await project.run('01.01').then(JSON.stringify, String);
      assert.match(stopped, says);
      assert.match(stopped, /cannot be continued: .*Free the disk or stop the other program, then start again: finished work is kept\./);
      for (const line of (await readFile(journalOf(project), 'utf8')).trim().split('\n')) JSON.parse(line);
      free();
      const said = listen(project);
      await isWhole(project, await project.run('01.01'), said);
    });
  }

  it('a worktree whose folder and a session that are deleted while their agents work: it is said, and both tasks go on in another attempt from their branches', async () => {
    const [homeless, silenced] = ['01.01.01.01', '01.01.02.01'];
    harness.model.replaceScripts(
      [homeless, silenced].flatMap(id => [working(id, '[[gate]]', `[[write ${id}.txt|made]]`), working(id, `[[write ${id}.txt|made]]`)]),
    );
    const project = await harness.project({
      threads: ['01.01.01 One', '01.01.02 Two'],
      tasks: { [homeless]: 'pending', [silenced]: 'pending' },
    });
    const said = listen(project);
    const running = project.run('01.01');
    await waitFor('the agents to work', () => harness.model.waiting === 2, { timeout: 150_000, describe: () => said.join('\n') });
    const attempts = async (thread: number) => (await project.snapshot()).stages[0]?.batches[0]?.threads[thread]?.tasks[0]?.attempts ?? [];
    const [first] = await attempts(0);
    const [second] = await attempts(1);
    assert.ok(first?.worktree !== undefined && second?.worktree !== undefined && second.session !== undefined);
    await rm(first.worktree, { recursive: true });
    const connection = await project.runtime.opencode.server.ensure();
    await connection.client(second.worktree).session.delete({ sessionID: second.session });
    await waitFor('the next attempt of the one without a session', async () => (await attempts(1)).length === 2, { timeout: 60_000 });
    harness.model.release();
    const report = await running;
    const story = JSON.stringify([report, said, await project.tasks()]);
    assert.match(
      story,
      /The worktree \S+ was removed, and with it what was not committed\. Its branch task\/\S+ is kept; the task goes on from there\./,
    );
    assert.match(story, /Its session was deleted on the opencode server\. Its branch is kept; the task goes on from there\./);
    for (const [thread, id] of [homeless, silenced].entries()) {
      assert.equal((await project.tasks())[thread], `${id}: completed — Did ${id}.`, story);
      assert.equal(await project.git('show', `refs/heads/work/${streamId}:${id}.txt`).catch(String), 'made', story);
      assert.deepEqual(
        (await attempts(thread)).map(({ outcome }) => outcome),
        ['interrupted', 'completed'],
        story,
      );
    }
    const merges = await project.git(
      'log',
      '--format=%(trailers:key=Thread,valueonly,separator=)',
      '--merges',
      `main..refs/heads/work/${streamId}`,
    );
    assert.deepEqual(merges.split('\n').filter(Boolean).sort(), ['01.01.01', '01.01.02'], story);
  });

  const readOnly = [
    { what: '.git', folder: '.git', says: /Check the permissions of .*drivers/ },
    {
      what: 'the workstream’s folder',
      folder: `work/${streamId}`,
      says: /could not be written: permission is denied\. Nothing was changed\./,
    },
  ];
  for (const { what, folder, says } of readOnly) {
    it(`${what} that nobody may write: the run ends with a sentence, and every byte is as it was`, async function () {
      harness.model.replaceScripts([working(task, '[[write made.txt|made]]')]);
      const project = await harness.project();
      const state = async () => [await project.read(`work/${streamId}/tasks.json`), await project.git('for-each-ref')];
      const before = await state();
      const folders = [path.join(project.root, ...folder.split('/'))];
      for (const each of await readdir(folders[0] ?? '', { recursive: true, withFileTypes: true })) {
        if (each.isDirectory()) folders.push(path.join(each.parentPath, each.name));
      }
      try {
        for (const each of folders) await chmod(each, 0o555);
        const ended = await runProgram(['multi', '--batch', '01.01'], project.root, harness.programEnvironment);
        if (!ended) return this.skip(); // nothing keeps this user from writing
        assert.equal(ended.code, 1, JSON.stringify(ended));
        assert.match(ended.err + ended.out, says);
        assert.deepEqual(await state(), before);
      } finally {
        for (const each of folders) await chmod(each, 0o755);
      }
    });
  }
});

async function writeHook(root: string, name: string): Promise<void> {
  const file = path.join(root, '.git', 'hooks', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\necho the hook fails >&2\nexit 1\n');
  await chmod(file, 0o755);
}
