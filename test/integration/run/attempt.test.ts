import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readJournal } from '../../../src/runtime/journal/readJournal';
import { journalFile, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { RunHarness, streamId, working } from '../../support/runHarness';

describe('Running a batch of one task', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4711);
  });
  after(() => harness.dispose());

  it('carries it from the plan to the integration branch, in a worktree of its own', async () => {
    harness.model.addScript(working('01.01.01.01', '[[write src/a.js|export const a = 1;]]'));
    const project = await harness.project();
    const head = await project.git('rev-parse', 'HEAD');
    const report = await project.run('01.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(report));

    assert.deepEqual(await project.tasks(), ['01.01.01.01: completed — Did 01.01.01.01.']);
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:src/a.js`), 'export const a = 1;');
    assert.match(await project.git('log', '-1', '--format=%s', `refs/heads/work/${streamId}`), /^Merge thread 01\.01\.01: One$/);
    const trailers = await project.git('log', '-1', '--format=%(trailers)', `refs/heads/work/${streamId}^2`);
    for (const key of ['Workstream: 001-sample', 'Stage: 01', 'Batch: 01.01', 'Thread: 01.01.01', 'Task: 01.01.01.01', 'Session: ses_']) {
      assert.ok(trailers.includes(key), `${key} in ${trailers}`);
    }

    assert.equal(await project.git('rev-parse', 'HEAD'), head, 'the user’s branch has not moved');
    assert.equal(existsSync(`${project.root}/src`), false, 'the user’s checkout has no new files');
    assert.equal(
      (await project.git('worktree', 'list')).split('\n').filter(line => line.includes('/task-')).length,
      0,
      'the merged worktree is gone',
    );
    assert.doesNotMatch(await project.git('status', '--porcelain'), /\.worktrees/);
  });

  it('tells the agent its one task, its worktree and how to report, behind the thread’s prompt', () => {
    const [first] = harness.model.requestsFor('01.01.01.01');
    assert.ok(first);
    assert.match(first.prompt, /^Hello Agent!/);
    assert.match(first.prompt, /Do this one task of the thread, nothing else: 01\.01\.01\.01/);
    assert.match(first.prompt, /work_task_report/);
    assert.match(first.prompt, /Do NOT create COMPLETION\.md/);
    assert.match(first.directory ?? '', /\.worktrees.task-01-01-01-01-\d+$/);
    assert.equal(
      harness.model.requests.filter(request => request.turn === 0 && request.tools.length > 0).length,
      1,
      'one prompt, sent once',
    );
  });

  it('keeps a journal of intents and ends, and a session record that is completed', async () => {
    harness.model.addScript(working('01.01.01.01', '[[write b.txt|b]]'));
    const project = await harness.project();
    await project.run('01.01');
    const { events, state } = await readJournal(journalFile(journalFolder(`${project.root}/.git`, streamId)));
    const effects = [...state.effects.values()];
    assert.deepEqual([...new Set(effects.map(({ state: end }) => end))], ['done']);
    assert.deepEqual([...new Set(effects.map(({ kind }) => kind))].sort(), [
      'commit',
      'merge',
      'prompt',
      'removal',
      'session',
      'setup',
      'snapshot',
      'worktree',
    ]);
    assert.equal(events.at(-1)?.kind === 'task.reported' || events.some(({ kind }) => kind === 'run.finished'), true);
    assert.ok(
      events.some(event => event.kind === 'task.reported' && event.by === 'agent'),
      'the agent’s report is in the journal',
    );
    const threads = JSON.parse(await project.read(`work/${streamId}/threads.json`)) as {
      threads: [{ sessions: { status: string; exitCode: number }[]; opencodeSessionId: string }];
    };
    assert.deepEqual(
      threads.threads[0].sessions.map(({ status, exitCode }) => [status, exitCode]),
      [['completed', 0]],
    );
    assert.match(threads.threads[0].opencodeSessionId, /^ses_/);
    const index = JSON.parse(await project.read('work/index.json')) as { streams: { current_batch: string }[] };
    assert.equal(index.streams[0]?.current_batch, '01.01');
  });

  it('runs the set-up command and copies included files before the agent begins', async () => {
    harness.model.addScript(working('01.01.01.01', '[[bash cat .env made.txt > seen.txt]]'));
    const project = await harness.project({
      files: { '.worktreeinclude': '.env\n', '.gitignore': '.env\nmade.txt\n' },
      settings: { 'work.worktrees.setup': [process.execPath, '-e', 'require("fs").writeFileSync("made.txt", "made\\n")'] },
    });
    await import('node:fs/promises').then(({ writeFile }) => writeFile(`${project.root}/.env`, 'KEY=1\n'));
    await project.run('01.01');
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:seen.txt`), 'KEY=1\nmade');
  });

  it('blocks the task with the end of the output when the set-up command fails', async () => {
    const project = await harness.project({
      settings: { 'work.worktrees.setup': [process.execPath, '-e', 'console.error("no registry"); process.exit(3)'] },
    });
    const report = await project.run('01.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'blocked');
    assert.match(
      (await project.tasks())[0] ?? '',
      /^01\.01\.01\.01: blocked — Failed: The setup command ended with exit code 3: .*no registry/,
    );
  });
});
