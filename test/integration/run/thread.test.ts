import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { reporting, RunHarness, streamId, working } from '../../support/runHarness';
import { planText } from '../../support/workstreamText';
import { waitFor } from '../../support/waitFor';

const two = { threads: ['01.01.01 One'], tasks: { '01.01.01.01': 'pending', '01.01.01.02': 'pending' } } as const;

describe('A thread of two tasks', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4721);
  });
  after(() => harness.dispose());

  it('hands the first task’s work and report over to the second', async () => {
    harness.model.addScript(working('01.01.01.01', '[[write first.txt|1]]'));
    harness.model.addScript(working('01.01.01.02', '[[bash cat first.txt > second.txt]]'));
    const project = await harness.project(two);
    await project.run('01.01');
    assert.deepEqual(await project.tasks(), ['01.01.01.01: completed — Did 01.01.01.01.', '01.01.01.02: completed — Did 01.01.01.02.']);
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:second.txt`), '1');
    const [second] = harness.model.requestsFor('01.01.01.02');
    assert.match(second?.prompt ?? '', /Did 01\.01\.01\.01\./);
    assert.notEqual(second?.session, harness.model.requestsFor('01.01.01.01')[0]?.session, 'each task has a session of its own');
    assert.equal(
      await project.git('rev-list', '--count', '--first-parent', `main..refs/heads/work/${streamId}`),
      '1',
      'one merge for the thread',
    );
  });

  it('stops at a task that fails, keeps its worktree, and goes on there the next time', async () => {
    harness.model.addScript(working('07.01.01.01', '[[write kept.txt|kept]]'));
    harness.model.addScript({ label: '07.01.01.02', directives: '[[status 400 1 | bad request]]\n[[say never]]' });
    const project = await harness.project({ threads: ['07.01.01 One'], tasks: { '07.01.01.01': 'pending', '07.01.01.02': 'pending' } });
    const report = await project.run('07.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'blocked');
    const [first = '', second = ''] = await project.tasks();
    assert.equal(first, '07.01.01.01: completed — Did 07.01.01.01.');
    assert.match(second, /^07\.01\.01\.02: blocked — Failed: /);
    const failed = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[1]?.attempts[0];
    assert.ok(failed?.worktree !== undefined && existsSync(failed.worktree), 'the failed attempt’s worktree is kept');

    const before = harness.model.requestsFor('07.01.01.01').length;
    harness.model.addScript(working('07.01.01.02', '[[bash cat kept.txt > again.txt]]'));
    const again = await project.run('07.01');
    assert.equal(again.kind === 'finished' && again.result.outcome, 'completed', JSON.stringify(await project.tasks()));
    assert.equal(harness.model.requestsFor('07.01.01.01').length, before, 'a completed task never runs again');
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:again.txt`), 'kept');
  });

  it('asks an agent that stops without a report once, and takes the answer', async () => {
    harness.model.addScript({ label: '08.01.01.01', directives: '[[say I looked around.]]' });
    const project = await harness.project({ threads: ['08.01.01 One'], tasks: { '08.01.01.01': 'pending' } });
    harness.model.addScript({
      label: '08.01.01.01',
      directives: `${reporting('08.01.01.01', 'Nothing was to be done.')}\n[[say Reported.]]`,
    });
    await project.run('08.01');
    assert.deepEqual(await project.tasks(), ['08.01.01.01: completed — Nothing was to be done.']);
  });

  it('blocks an agent that never reports, with its last paragraph', async () => {
    harness.model.addScript({ label: '02.01.01.01', directives: '[[say I am not sure what to do.]]' });
    const project = await harness.project({ threads: ['02.01.01 One'], tasks: { '02.01.01.01': 'pending' } });
    await project.run('02.01');
    assert.deepEqual(await project.tasks(), [
      '02.01.01.01: blocked — The agent stopped without a report. It last said: I am not sure what to do.',
    ]);
    assert.equal(new Set(harness.model.requestsFor('02.01.01.01').map(request => request.promptNumber)).size, 2, 'it was asked once');
  });

  it('tries the agent’s models in order, and only when nothing came of the one before', async () => {
    harness.model.addScript({ label: '03.01.01.01', directives: '[[status 401 1 | no key]]\n[[say never]]' });
    harness.model.addScript(working('03.01.01.01', '[[write by.txt|model]]'));
    const project = await harness.project({
      threads: ['03.01.01 One'],
      tasks: { '03.01.01.01': 'pending' },
      files: {
        'work/agents.yaml':
          'agents:\n  - name: default\n    description: d\n    best_for: b\n    models: [plain, lab/unknown, lab/scripted, lab/second]\n',
      },
    });
    const report = await project.run('03.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.deepEqual([...new Set(harness.model.requestsFor('03.01.01.01').map(request => request.model))], ['scripted', 'second']);
    assert.ok(report.kind === 'finished' && report.warnings.filter(({ code }) => code === 'unknown-model').length === 2);
  });

  it('says that opencode tries a model again, and why', async () => {
    harness.model.addScript({
      label: '03.02.01.01',
      directives: `[[status 429 1 | come back later]]\n${working('03.02.01.01').directives}`,
    });
    const project = await harness.project({ threads: ['03.02.01 One'], tasks: { '03.02.01.01': 'pending' } });
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    const report = await project.run('03.02');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed');
    assert.deepEqual(
      said.map(message => message.replace(/ in \d+s/, '')).filter(message => message.includes('tried again')),
      ['03.02.01.01: the model did not answer and is tried again (try 2): come back later'],
    );
  });

  it('cancels a task that is stopped: the agent ends, the task is pending again, the worktree stays', async () => {
    harness.model.addScript({ label: '04.01.01.01', directives: '[[write half.txt|half]]\n[[hang]]' });
    const project = await harness.project({ threads: ['04.01.01 One'], tasks: { '04.01.01.01': 'pending' } });
    const running = project.run('04.01');
    await waitFor('the agent to hang', () => harness.model.requestsFor('04.01.01.01').length === 2 && harness.model.waiting > 0);
    assert.equal(project.repository.runs.stop('04.01'), true);
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'cancelled');
    assert.deepEqual(await project.tasks(), ['04.01.01.01: pending']);
    await waitFor('the model to be let go', () => harness.model.waiting === 0);
    const attempt = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0];
    assert.equal(attempt?.outcome, 'cancelled');
    assert.ok(existsSync(`${attempt.worktree ?? ''}/half.txt`), 'what the agent had written is still there');
  });

  it('keeps one worktree and one session for the thread in isolation "thread", with a commit for each task', async () => {
    harness.model.addScript(working('05.01.01.01', '[[write one.txt|1]]'));
    harness.model.addScript(working('05.01.01.02', '[[write two.txt|2]]'));
    const project = await harness.project({
      threads: ['05.01.01 One'],
      tasks: { '05.01.01.01': 'pending', '05.01.01.02': 'pending' },
      settings: { 'work.isolation': 'thread' },
    });
    const report = await project.run('05.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(await project.tasks()));
    const sessions = ['05.01.01.01', '05.01.01.02'].map(label => harness.model.requestsFor(label)[0]?.session);
    assert.equal(sessions[0], sessions[1]);
    const subjects = (await project.git('log', '--format=%s', `main..refs/heads/work/${streamId}^2`)).split('\n');
    assert.deepEqual(subjects, ['feat(05.01.01.02): Task 05.01.01.02', 'feat(05.01.01.01): Task 05.01.01.01']);
  });

  it('works in the user’s own checkout, without a merge, in isolation "none"', async () => {
    harness.model.addScript(working('06.01.01.01', '[[write here.txt|here]]'));
    const project = await harness.project({
      threads: ['06.01.01 One'],
      tasks: { '06.01.01.01': 'pending' },
      settings: { 'work.isolation': 'none' },
    });
    await project.run('06.01');
    assert.equal(await project.read('here.txt'), 'here\n');
    assert.equal(await project.git('branch', '--list', 'work/*'), '');
    assert.deepEqual(await project.tasks(), ['06.01.01.01: completed — Did 06.01.01.01.']);
  });

  it('keeps what a merged task left outside of its commit as a snapshot, and removes its worktree', async () => {
    harness.model.addScript(
      working('09.01.01.01', '[[write a.txt|a]]', '[[bash git update-index --assume-unchanged README.md && echo hidden > README.md]]'),
    );
    const project = await harness.project({ threads: ['09.01.01 One'], tasks: { '09.01.01.01': 'pending' } });
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    const report = await project.run('09.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(await project.tasks()));
    const attempt = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0];
    const ref = `refs/work/snapshots/${streamId}/09.01.01.01/1`;
    assert.ok(said.includes(`${attempt?.worktree ?? ''} was removed. What was not committed is kept in ${ref}.`), said.join('\n'));
    assert.equal(existsSync(attempt?.worktree ?? ''), false);
    const { worktree } = await project.repository.restoreWorktree(ref);
    assert.equal(await readFile(path.join(worktree, 'README.md'), 'utf8'), 'hidden\n');
  });

  it('removes the worktree of a failed attempt where that is asked for, with all it did on its branch', async () => {
    harness.model.addScript({ label: '10.01.01.01', directives: '[[write half.txt|half]]\n[[status 400 1 | bad request]]\n[[say never]]' });
    const project = await harness.project({
      threads: ['10.01.01 One'],
      tasks: { '10.01.01.01': 'pending' },
      settings: { 'work.cleanup.onFailure': 'remove' },
    });
    await project.run('10.01');
    assert.match((await project.tasks()).join(), /^10\.01\.01\.01: blocked — Failed: /);
    const attempt = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0];
    assert.equal(existsSync(attempt?.worktree ?? ''), false);
    assert.notEqual(await project.git('branch', '--list', attempt?.branch ?? ''), '');
    assert.match(await project.git('show', `${attempt?.branch ?? ''}:half.txt`), /^half/);
  });

  it('tries again at the next run to remove a worktree that could not be removed', async () => {
    harness.model.addScript(working('11.01.01.01', '[[write a.txt|a]]', '[[bash echo mine > "$(git rev-parse --git-dir)/locked"]]'));
    const project = await harness.project({
      threads: ['11.01.01 One'],
      tasks: { '11.01.01.01': 'pending', '11.02.01.01': 'pending' },
      plan: planText('11.01.01 One', '11.02.01 Two'),
    });
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    await project.run('11.01');
    const place = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0]?.worktree ?? '';
    assert.match(said.join('\n'), /was kept: .* it is locked[^.]*\. Unlock it with: git worktree unlock/);
    assert.ok(existsSync(place));
    await project.git('worktree', 'unlock', place);
    harness.model.addScript(working('11.02.01.01', '[[write b.txt|b]]'));
    await project.run('11.02');
    assert.equal(existsSync(place), false);
  });
});
