import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptState } from '../../../src/domain/journal/journalState';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import { reporting, RunHarness, streamId, working, type Project } from '../../support/runHarness';
import { agentsText, planText } from '../../support/workstreamText';
import { waitFor } from '../../support/waitFor';
import { runWorkHere } from '../cli/workProcess';

describe('A task that is blocked', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4861);
  });
  after(() => harness.dispose());

  const attemptsOf = async (project: Project, task: string): Promise<readonly AttemptState[]> =>
    (await project.snapshot()).stages
      .flatMap(stage => stage.batches.flatMap(batch => batch.threads.flatMap(thread => thread.tasks)))
      .filter(({ id }) => id === task)
      .flatMap(({ attempts }) => attempts);
  /** A task whose agent wrote `half.txt` and then said that it needs a key. */
  const blocked = async (task: string, options: { readonly files?: Readonly<Record<string, string>> } = {}): Promise<Project> => {
    const batch = task.slice(0, 5);
    harness.model.addScript({
      label: task,
      directives: ['[[write half.txt|half]]', reporting(task, 'Which key?', 'blocked'), '[[say I wait.]]'].join('\n'),
    });
    const project = await harness.project({ threads: [`${batch}.01 One`], tasks: { [task]: 'pending' }, ...options });
    const report = await project.run(batch);
    assert.equal(report.kind === 'finished' && report.result.outcome, 'blocked', JSON.stringify(report));
    assert.deepEqual(await project.tasks(), [`${task}: blocked — Which key?`]);
    return project;
  };

  it('is resumed from the command line in the same session and worktree, with what the person says; both attempts are kept', async () => {
    const task = '01.01.01.01';
    const project = await blocked(task);
    harness.model.addScript(working(task, '[[bash cat half.txt > whole.txt]]'));
    const args = ['retry', '--task', task, '--resume', '--message', 'The key is blue.'];
    const { code, out, err } = await runWorkHere(args, project.root, harness.programEnvironment);
    assert.equal(code, 0, `${out}${err}`);
    assert.deepEqual(await project.tasks(), [`${task}: completed — Did ${task}.`]);
    const [first, second, ...more] = await attemptsOf(project, task);
    assert.deepEqual(more, []);
    assert.deepEqual([first?.number, first?.outcome, second?.number, second?.outcome], [1, 'blocked', 2, 'completed']);
    assert.deepEqual([second?.session, second?.worktree, second?.branch], [first?.session, first?.worktree, first?.branch]);
    assert.deepEqual([second?.resumes, second?.message], [first?.id, 'The key is blue.']);
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:whole.txt`), 'half');
    const said = harness.model.requestsFor(task).at(-1)?.prompt ?? '';
    assert.match(said, /Go on with task 01\.01\.01\.01 /);
    assert.match(said, /The user says:\n\nThe key is blue\./);
  });

  it('is not resumed when its worktree is gone: it is said to retry it, which another agent does in a session and worktree of its own', async () => {
    const task = '02.01.01.01';
    const project = await blocked(task, { files: { 'work/agents.yaml': agentsText('default', 'second') } });
    const [before] = await attemptsOf(project, task);
    await rm(before?.worktree ?? '', { recursive: true });
    const report = await project.run('02.01', { only: [task], goOn: { task, message: '' } });
    assert.ok(report.kind === 'refused');
    assert.match(report.findings.problems[0]?.message ?? '', /cannot go on: its worktree .* is gone\. Restore it, or retry the task/);
    assert.equal((await attemptsOf(project, task)).length, 1);
    harness.model.addScript(working(task, '[[write fresh.txt|fresh]]'));
    const args = ['retry', '--task', task, '--agent', 'second'];
    const { code, out, err } = await runWorkHere(args, project.root, harness.programEnvironment);
    assert.equal(code, 0, `${out}${err}`);
    assert.match(out, /^◐ 02\.01\.01\.01 started \(attempt 2\)/m);
    const [first, second] = await attemptsOf(project, task);
    assert.deepEqual([first?.agent, second?.agent], ['default', 'second']);
    assert.notEqual(second?.session, first?.session);
    assert.notEqual(second?.worktree, first?.worktree);
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:fresh.txt`), 'fresh');
  });

  it('is reported on by the session that works on it now, not by the one before, and is merged although the plan was edited meanwhile', async () => {
    const task = '06.01.01.01';
    const project = await blocked(task);
    const [first] = await attemptsOf(project, task);
    assert.ok(first?.session !== undefined && first.worktree !== undefined);
    harness.model.addScript(working(task, '[[gate]]', '[[write second.txt|second]]'));
    const running = project.run('06.01', { only: [task] });
    await waitFor('the second agent', () => harness.model.waiting === 1);
    const late = 'You may stop waiting now';
    harness.model.addScript({ label: late, directives: `${reporting(task, 'Done by the first.')}\n[[say Reported.]]` });
    const [messageId, partId] = [newMessageId(), newPartId()];
    await project.runtime.opencode.sessions.prompt({ directory: first.worktree, session: first.session, messageId, partId, text: late });
    const answers = () => harness.model.requests.filter(({ session }) => session === first.session).flatMap(({ messages }) => messages);
    const refusal = 'Another session works on task 06.01.01.01 now. Stop working on it; nothing was reported.';
    await waitFor('its answer', () => answers().some(({ role, text }) => role === 'tool' && text.includes(refusal)), {
      describe: () => answers().map(({ role, text }) => `${role}: ${text.slice(-200)}`),
    });
    assert.match((await project.tasks()).join(), /in_progress/);
    // The plan that a person writes meanwhile, without what is being done, is for the next run: this one ends what it began.
    const edited = planText('06.01.02 Another').replaceAll('\n', '\r\n');
    await writeFile(path.join(project.root, 'work', streamId, 'PLAN.md'), edited);
    assert.equal((await project.snapshot()).stages[0]?.batches[0]?.running, true);
    harness.model.release();
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(report));
    assert.deepEqual(await project.tasks(), [`${task}: completed — Did ${task}.`]);
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:second.txt`), 'second');
    assert.equal(await project.read(`work/${streamId}/PLAN.md`), edited);
    const threads = (await project.snapshot()).stages[0]?.batches[0]?.threads ?? [];
    assert.deepEqual(threads.map(({ id, orphan, status }) => [id, orphan, status]), [['06.01.01', true, 'completed'], ['06.01.02', false, 'pending']]); // prettier-ignore
  });

  it('that is marked as completed hands its work on to the next task and the merge; one that is skipped is left out', async () => {
    const [done, afterDone, skipped, afterSkipped] = ['05.01.01.01', '05.01.01.02', '05.01.02.01', '05.01.02.02'];
    harness.model.addScript({
      label: done,
      directives: `[[write one.txt|1]]\n${reporting(done, 'Is this enough?', 'blocked')}\n[[say Well?]]`,
    });
    harness.model.addScript(working(afterDone, '[[bash cat one.txt > two.txt]]'));
    harness.model.addScript({ label: skipped, directives: `[[write left.txt|1]]\n${reporting(skipped, 'No.', 'blocked')}\n[[say No.]]` });
    harness.model.addScript(working(afterSkipped, '[[write right.txt|2]]'));
    const project = await harness.project({
      threads: ['05.01.01 One', '05.01.02 Two'],
      tasks: { [done]: 'pending', [afterDone]: 'pending', [skipped]: 'pending', [afterSkipped]: 'pending' },
    });
    await project.run('05.01');
    await project.repository.actions.setTaskStatus(streamId, done, { status: 'completed', report: 'It is.' });
    await project.repository.actions.setTaskStatus(streamId, skipped, { status: 'cancelled' });
    const report = await project.run('05.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:one.txt`), '1');
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:two.txt`), '1');
    const files = (await project.git('ls-tree', '--name-only', `refs/heads/work/${streamId}`)).split('\n');
    assert.deepEqual([files.includes('left.txt'), files.includes('right.txt')], [false, true]);
  });
});
