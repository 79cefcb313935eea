import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JournalEvent } from '../../../src/domain/journal/events';
import { WorkFiles } from '../../../src/runtime/files/workFiles';
import { reporting, RunHarness, streamId, working, type Project } from '../../support/runHarness';
import type { ModelScript } from '../../support/scriptedModel';
import { waitFor } from '../../support/waitFor';

/** What the model was told of the tool call before its `turn`th answer. */
const toolResult = (harness: RunHarness, label: string, turn: number) =>
  harness.model
    .requestsFor(label)
    .find(request => request.turn === turn)
    ?.messages.filter(({ role }) => role === 'tool')
    .at(-1)?.text ?? '';
const node = (code: string) => `[[bash "${process.execPath.replaceAll('\\', '/')}" -e "${code}"]]`;

const idOf = (thread: number) => `01.01.0${thread}.01`;
const switching = "require('node:child_process').execFileSync('git',['switch','-q','-c','elsewhere'])";
const innerRepository = 'git init -q vendor/lib && echo kept > vendor/lib/file.txt';

/** What each of seven agents does in one batch, by the number of its thread; the eighth does its work and never notices. */
const misbehaviours: Readonly<Record<number, readonly ModelScript[]>> = {
  1: [working(idOf(1), '[[write {{root}}/outside.txt|no]]', '[[write inside.txt|yes]]')],
  2: [
    working(
      idOf(2),
      ...[
        { task: 7, status: 'finished' },
        { task: idOf(1), status: 'completed', report: 'I did my neighbour’s work.' },
        { task: idOf(2), status: 'completed', report: ' \u001b[0m ' },
      ].map(input => `[[tool work_task_report ${JSON.stringify(input)}]]`),
      '[[write after.txt|after]]',
    ),
  ],
  3: [
    { label: idOf(3), directives: '[[write quiet.txt|quiet]]\n[[say I would rather not say.]]' },
    { label: idOf(3), directives: '[[say Still not.]]' },
  ],
  4: [working(idOf(4), '[[write mine.txt|mine]]', `[[bash ${innerRepository}]]`)],
  5: [
    working(
      idOf(5),
      '[[write mine.txt|mine]]',
      `[[bash ${innerRepository} && git -C vendor/lib add -A && git -C vendor/lib -c user.name=A -c user.email=a@b commit -qm Start && git add -A && git commit -qm Mine]]`,
    ),
  ],
  6: [working(idOf(6), '[[write before.txt|before]]', '[[bash git switch -c elsewhere]]', node(switching))],
  7: [
    working(
      idOf(7),
      `[[write work/${streamId}/tasks.json|{}]]`,
      `[[bash echo '{}' > work/${streamId}/tasks.json]]`,
      '[[write kept.txt|kept]]',
    ),
  ],
  8: [working(idOf(8), '[[write good.txt|good]]')],
};

describe('An agent that does what it should not', () => {
  let harness: RunHarness;
  let project: Project;
  let tasks: readonly string[];
  const said: string[] = [];
  before(async function () {
    this.timeout(300_000); // eight agents
    harness = await RunHarness.start(4751);
    for (const script of Object.values(misbehaviours).flat()) harness.model.addScript(script);
    const threads = Object.keys(misbehaviours).map(Number);
    project = await harness.project({
      threads: threads.map(thread => `01.01.0${thread} Thread ${thread}`),
      tasks: Object.fromEntries(threads.map(thread => [idOf(thread), 'pending'])),
    });
    harness.model.vars.root = project.root;
    project.repository.runs.news.onDidNotice(message => said.push(message));
    const report = await project.run('01.01');
    tasks = await project.tasks();
    assert.ok(report.kind === 'finished', JSON.stringify([report, tasks]));
    assert.deepEqual(
      [...report.result.merged].sort(),
      [1, 2, 7, 8].map(thread => `01.01.0${thread}`),
      JSON.stringify([report, tasks]),
    );
  });
  after(() => harness.dispose());

  const taskOf = (thread: number) => tasks[thread - 1];
  const onBranch = (branch: string, file: string) => project.git('show', `refs/heads/${branch}:${file}`);
  const landed = (file: string) => onBranch(`work/${streamId}`, file);
  const attemptOf = async (thread: number) => {
    const attempt = (await project.snapshot()).stages[0]?.batches[0]?.threads[thread - 1]?.tasks[0]?.attempts.at(-1);
    assert.ok(attempt?.worktree !== undefined && attempt.branch !== undefined);
    return { worktree: attempt.worktree, branch: attempt.branch };
  };

  it('holds up nobody else: the other thread went on', async () => {
    assert.equal(taskOf(8), `${idOf(8)}: completed — Did ${idOf(8)}.`);
    assert.equal(await landed('good.txt'), 'good');
  });

  it('cannot write outside its worktree: the file is absent, it is told why, and its next write works', async () => {
    assert.equal(existsSync(path.join(project.root, 'outside.txt')), false);
    assert.match(
      toolResult(harness, idOf(1), 1),
      /outside\.txt was not written: it is outside of your worktree\. Write only below .*task-01-01-01-01-/,
    );
    assert.equal(await landed('inside.txt'), 'yes');
    assert.equal(taskOf(1), `${idOf(1)}: completed — Did ${idOf(1)}.`);
  });

  it('is told in a sentence what is wrong with its report, and goes on', async () => {
    const told = [1, 2, 3].map(turn => toolResult(harness, idOf(2), turn));
    assert.match(told[0] ?? '', /^Nothing was reported\. `task` is the id of your task, such as "01\.01\.01\.01"; `status` is/);
    assert.match(
      told[1] ?? '',
      /^Nothing was reported\. This session works on task 01\.01\.02\.01 and can report for no other; "01\.01\.01\.01" is not it\.$/,
    );
    assert.match(told[2] ?? '', /^Nothing was reported\. A completed task needs a report/);
    assert.equal(await landed('after.txt'), 'after');
    assert.equal(taskOf(2), `${idOf(2)}: completed — Did ${idOf(2)}.`);
  });

  it('that never reports is asked once; its task is blocked, and its work kept on its branch', async () => {
    assert.equal(taskOf(3), `${idOf(3)}: blocked — The agent stopped without a report. It last said: Still not.`);
    assert.equal(await onBranch((await attemptOf(3)).branch, 'quiet.txt'), 'quiet');
  });

  for (const [how, thread] of [
    ['leaves', 4],
    ['commits', 5],
  ] as const) {
    it(`that ${how} a repository inside its worktree blocks its task, with the path, and loses nothing`, async () => {
      assert.equal(
        taskOf(thread),
        `${idOf(thread)}: blocked — Failed: The agent made a git repository inside its worktree: vendor/lib. Remove its .git folder or add it to .gitignore, then run the task again.`,
      );
      const { worktree, branch } = await attemptOf(thread);
      assert.equal(await readFile(path.join(worktree, 'vendor', 'lib', 'file.txt'), 'utf8'), 'kept\n');
      assert.equal(await onBranch(branch, 'mine.txt'), 'mine');
      assert.doesNotMatch(await project.git('ls-tree', '-r', `refs/heads/work/${streamId}`), /vendor/);
    });
  }

  it('that switches its branch behind the guard’s back blocks its task; nothing is moved and nothing lost', async () => {
    assert.match(toolResult(harness, idOf(6), 2), /`git switch` is refused here: stay on your branch/);
    const { worktree, branch } = await attemptOf(6);
    assert.equal(
      taskOf(6),
      `${idOf(6)}: blocked — Failed: The agent left ${worktree} on elsewhere instead of ${branch}. Its work is there; switch back to the branch and run the task again.`,
    );
    assert.equal(await readFile(path.join(worktree, 'before.txt'), 'utf8'), 'before\n');
    assert.equal(await project.git('rev-parse', 'elsewhere'), await project.git('rev-parse', branch), 'neither branch was moved');
  });

  it('that edits the plan’s state in its worktree has that left out, and it is said', async () => {
    assert.match(toolResult(harness, idOf(7), 1), /tasks\.json was not written: it keeps the state of the plan, which agents do not edit/);
    const state = `work/${streamId}/tasks.json`;
    assert.ok(
      said.includes(`${idOf(7)}: changes to ${state} were left out of the commit: the plan's files are written in the main checkout only.`),
      said.join('\n'),
    );
    assert.equal(await landed(state), await project.git('show', `main:${state}`));
    assert.equal(await landed('kept.txt'), 'kept');
  });

  it('that breaks tasks.json of the main checkout overwrites nobody’s work: its bytes stay, and after a correction the run goes on', async () => {
    const label = '08.01.01.01';
    const code = `require('node:fs').writeFileSync('{{root}}/work/${streamId}/tasks.json', 'half {')`;
    harness.model.addScript({ label, directives: `[[write first.txt|1]]\n${node(code)}\n${reporting(label)}\n[[say Done.]]` });
    harness.model.addScript(working(label, '[[write second.txt|2]]'));
    const project = await harness.project({ threads: ['08.01.01 Bad'], tasks: { [label]: 'pending' } });
    harness.model.vars.root = project.root;
    const tasksJson = await project.read(`work/${streamId}/tasks.json`);
    const report = await project.run('08.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'blocked', JSON.stringify(report));
    assert.equal(await project.read(`work/${streamId}/tasks.json`), 'half {');
    assert.match(toolResult(harness, label, 3), /^That did not work: .*tasks\.json cannot be read/);
    const refused = await project.run('08.01');
    assert.ok(refused.kind === 'refused');
    assert.match(refused.findings.problems[0]?.message ?? '', /tasks\.json:1: tasks\.json cannot be read/);

    await writeFile(path.join(project.root, 'work', streamId, 'tasks.json'), tasksJson);
    const again = await project.run('08.01');
    assert.equal(again.kind === 'finished' && again.result.outcome, 'completed', JSON.stringify([again, await project.tasks()]));
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:second.txt`), '2');
    const attempts = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts ?? [];
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ['failed', 'completed'],
    );
  });

  it('that writes records of the plan past the guards is seen: the files are named once, nobody is blamed, nothing is undone', async () => {
    const spoil = (file: string, from: string, to: string) =>
      node(
        `const fs = require('fs'); const f = '{{root}}/${file}'; fs.writeFileSync(f, fs.readFileSync(f, 'utf8').replace('${from}', '${to}'))`,
      );
    const [bad, good] = ['08.01.01', '08.01.02'];
    const spoilt = [`work/${streamId}/tasks.json`, 'work/index.json'];
    const change = spoilt.map(file => spoil(file, '{', '{ \\u0022spoilt\\u0022: true,'));
    harness.model.addScript(working(`${bad}.01`, '[[barrier 2]]', ...change));
    harness.model.addScript(
      working(`${good}.01`, '[[barrier 2]]', `[[bash work update --task ${good}.01 --status in_progress --breadcrumb "at it"]]`),
    );
    const project = await harness.project({
      threads: [`${bad} Bad`, `${good} Good`],
      tasks: { [`${bad}.01`]: 'pending', [`${good}.01`]: 'pending' },
    });
    harness.model.vars.root = project.root;
    const [said, events]: [string[], JournalEvent[]] = [[], []];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    project.repository.runs.news.onDidAppend(event => events.push(event));
    const report = await project.run('08.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    const told = events.flatMap(event => (event.kind === 'file.changed' ? [event] : []));
    assert.deepEqual(told.map(({ file }) => file).sort(), [...spoilt].sort(), said.join('\n'));
    assert.ok(told.every(({ attempts }) => attempts.includes(`${bad}.01#1`)));
    assert.equal(said.filter(message => message.includes('changed by something other than Workstreams')).length, 2);
    for (const file of spoilt) assert.match(await project.read(file), /"spoilt": true/, 'it is still there');
    assert.deepEqual(await project.tasks(), [`${bad}.01: completed — Did ${bad}.01.`, `${good}.01: completed — Did ${good}.01.`]);
  });

  it('is not taken for one by what people do meanwhile: from the command line, in the window, and by hand before the run', async () => {
    const task = '09.01.01.01';
    harness.model.addScript(working(task, '[[gate]]', '[[write waited.txt|yes]]'));
    const project = await harness.project({ threads: ['09.01.01 One'], tasks: { [task]: 'pending' } });
    const tasks = path.join(project.root, 'work', streamId, 'tasks.json');
    await project.repository.files.updateTask(streamId, task, { breadcrumb: 'before' }); // so that it is a file that we wrote
    await writeFile(tasks, (await readFile(tasks, 'utf8')).replace('{', '{ "mine": true,'));
    const events: JournalEvent[] = [];
    project.repository.runs.news.onDidAppend(event => events.push(event));
    const running = project.run('09.01');
    await waitFor('its agent to be at work', () => harness.model.waiting === 1);
    await new WorkFiles(project.root).updateTask(streamId, task, { breadcrumb: 'from elsewhere' }); // as another process does
    await project.repository.files.setStreamStatus(streamId, 'on_hold');
    await project.repository.files.setStreamStatus(streamId, undefined);
    harness.model.release();
    await running;
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'file.changed'),
      [],
    );
    assert.match(await project.read(`work/${streamId}/tasks.json`), /"mine": true/);
  });
});
