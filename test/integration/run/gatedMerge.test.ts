import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptState } from '../../../src/domain/journal/journalState';
import { readJournal } from '../../../src/runtime/journal/readJournal';
import { RunHarness, streamId, working, type Project } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

/** Red when a file says so, or when both halves of a pair are there; notes the tree it saw where nothing is ever committed. */
const check = `
  const { existsSync, readdirSync, readFileSync } = require('node:fs');
  const names = readdirSync('.').filter(name => name.endsWith('.txt'));
  console.log('checked ' + names.join(' '));
  const bad = names.filter(name => readFileSync(name, 'utf8').includes('BAD'));
  if (existsSync('left.txt') && existsSync('right.txt') && readFileSync('left.txt', 'utf8') === readFileSync('right.txt', 'utf8')) bad.push('left.txt = right.txt');
  if (bad.length > 0) { console.error('bad: ' + bad.join(' ')); process.exit(3); }
`;

describe('A finished thread', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4881);
  });
  after(() => harness.dispose());

  const commands = [[process.execPath, 'check.cjs']];
  const projectWith = (threads: readonly string[], settings: Readonly<Record<string, unknown>> = {}, plan?: string) =>
    harness.project({
      threads: threads.map(thread => `${thread} Thread ${thread}`),
      tasks: Object.fromEntries(threads.map(thread => [`${thread}.01`, 'pending'])),
      files: { 'check.cjs': check },
      settings: { 'work.validation.commands': commands, 'work.merge.maxAttempts': 0, ...settings },
      ...(plan === undefined ? {} : { plan }),
    });
  const journalFolder = (project: Project) => path.join(project.root, '.git', 'work', streamId);
  const journal = (project: Project) => readJournal(path.join(journalFolder(project), 'journal.jsonl'));
  const integration = `refs/heads/work/${streamId}`;
  const attemptsOf = async (project: Project, task: string): Promise<readonly AttemptState[]> =>
    [...(await journal(project)).state.attempts.values()].filter(attempt => attempt.task === task);
  /** By a clone of its own: what each commit that ever was the integration branch's tip says to the check. */
  const redTips = async (project: Project): Promise<readonly string[]> => {
    const tips = (await project.git('rev-list', '--first-parent', `main..${integration}`)).split('\n').filter(line => line !== '');
    const red: string[] = [];
    for (const tip of tips) {
      const names = (await project.git('ls-tree', '--name-only', tip)).split('\n').filter(name => name.endsWith('.txt'));
      const texts = await Promise.all(names.map(name => project.git('show', `${tip}:${name}`)));
      const left = names.indexOf('left.txt');
      const right = names.indexOf('right.txt');
      if (texts.some(text => text.includes('BAD')) || (left >= 0 && right >= 0 && texts[left] === texts[right])) red.push(tip);
    }
    return red;
  };

  const reportOf = async (repository: Project['repository'], stage = '03'): Promise<string> => {
    const text = await readFile(await repository.reports.writeStageReport(streamId, stage), 'utf8');
    return text.replace(/^> \*\*Generated:.*$/m, '');
  };
  /** The report as it is made from the copied plan, tasks and journal alone, in another place and time zone. */
  const elsewhere = async (project: Project): Promise<string> => {
    const other = await harness.project({ name: 'elsewhere ü' });
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Auckland';
    try {
      await rm(path.join(other.root, 'work'), { recursive: true });
      await cp(path.join(project.root, 'work'), path.join(other.root, 'work'), { recursive: true });
      await rm(path.join(other.root, 'work', streamId, 'reports'), { recursive: true });
      await cp(path.join(project.root, '.git', 'work'), path.join(other.root, '.git', 'work'), { recursive: true });
      return await reportOf(other.repository);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  };

  it('lands only when the project’s own checks are green on the merged tree; a red one holds back nobody else', async () => {
    harness.model.addScript(working('01.01.01.01', '[[write one.txt|fine]]'));
    harness.model.addScript(working('01.01.02.01', '[[write two.txt|BAD]]'));
    const project = await projectWith(['01.01.01', '01.01.02']);
    const report = await project.run('01.01');
    assert.ok(report.kind === 'finished');
    assert.deepEqual([report.result.merged, report.result.blocked], [['01.01.01'], ['01.01.02']]);
    assert.deepEqual(await redTips(project), []);
    assert.match(
      (await project.tasks())[1] ?? '',
      /blocked — Failed: Branch task\/01-01-02-01-\d+ merged into work\/001-sample does not pass: `.*check\.cjs` ended with exit code 3\. The agent had reported: Did 01\.01\.02\.01\./,
    );
    const { events, state } = await journal(project);
    const validations = events.filter(event => event.kind === 'merge.validated');
    const exits = (thread: string) =>
      validations.filter(({ threads }) => threads.at(-1) === thread).map(({ commands: [ran] }) => ran?.exitCode);
    assert.deepEqual([exits('01.01.01'), [...new Set(exits('01.01.02'))]], [[0], [3]]);
    const landed = validations.find(({ threads }) => threads.at(-1) === '01.01.01');
    const merge = state.threads.get('01.01.01')?.merge;
    assert.equal(merge?.state === 'landed' && merge.commit, landed?.commit, 'what was checked is what landed');
    const held = state.threads.get('01.01.02')?.merge;
    const checks = validations.filter(({ commit }) => held?.state === 'rejected' && commit === held.commit);
    assert.deepEqual(
      checks.map(({ confirms }) => confirms === true),
      [false, true],
      'nobody is held back for one red check',
    );
    const red = checks[0]?.commands[0];
    assert.match(red?.tail ?? '', /bad: two\.txt$/);
    assert.match(await readFile(path.join(journalFolder(project), red?.output ?? ''), 'utf8'), /^checked .*two\.txt\nbad: two\.txt\n$/);
    const thread = (await project.snapshot()).stages[0]?.batches[0]?.threads[1];
    assert.equal(thread?.merge?.state, 'rejected');
  });

  it('whose work is green alone and red together with another’s is held back, the later of the two', async () => {
    harness.model.addScript(working('02.01.01.01', '[[write left.txt|same]]'));
    harness.model.addScript(working('02.01.02.01', '[[write right.txt|same]]'));
    const project = await projectWith(['02.01.01', '02.01.02']);
    const report = await project.run('02.01');
    assert.ok(report.kind === 'finished');
    assert.deepEqual([report.result.merged.length, report.result.blocked.length], [1, 1]);
    assert.deepEqual(await redTips(project), []);
  });

  it('goes back to its agent with the failure, in its own session and worktree, and lands when that is repaired', async () => {
    const task = '03.01.01.01';
    harness.model.addScript(working(task, '[[write work.txt|BAD]]'));
    harness.model.addScript(working(task, '[[bash cat work.txt > before.log]]', '[[write work.txt|repaired]]'));
    const project = await projectWith(['03.01.01'], { 'work.merge.maxAttempts': 2 });
    const report = await project.run('03.01');
    assert.deepEqual(report.kind === 'finished' && report.result.merged, ['03.01.01'], JSON.stringify([report, await project.tasks()]));
    assert.equal(await project.git('show', `${integration}:work.txt`), 'repaired');
    assert.equal(await project.git('show', `${integration}:before.log`), 'BAD');
    const [first, second, ...more] = await attemptsOf(project, task);
    assert.deepEqual(more, []);
    assert.deepEqual([second?.session, second?.worktree, second?.resumes], [first?.session, first?.worktree, first?.id]);
    const said = harness.model.requestsFor(task).at(-1)?.prompt ?? '';
    assert.match(said, /You had finished task 03\.01\.01\.01 .*, but the work is not in yet\./);
    assert.match(said, /did not pass there: `.*check\.cjs` ended with exit code 3\./);
    assert.match(said, /bad: work\.txt/);
    const { events } = await journal(project);
    assert.deepEqual(
      events.filter(({ kind }) => kind.startsWith('merge.')).map(({ kind }) => kind),
      ['merge.validated', 'merge.validated', 'merge.rejected', 'merge.returned', 'merge.validated', 'merge.landed'],
    );
    assert.deepEqual(await redTips(project), []);

    const report1 = await reportOf(project.repository);
    assert.match(report1, /## Evidence\n\n### Thread 03\.01\.01: /);
    assert.match(report1, /\| passed \(exit code 0\) \|/);
    assert.match(report1, /Attempt 03\.01\.01\.01#2 ended completed: Did 03\.01\.01\.01\./);
    assert.match(report1, /- `work\.txt` - New file, \+2 −1 \(03\.01\.01\.01\)/);
    assert.equal(await reportOf(project.repository), report1);
    assert.equal(await elsewhere(project), report1, 'plan, tasks and journal say all of it');
  });

  it('that conflicts goes back with both sides’ intents, and lands when its agent has merged them', async () => {
    harness.model.addScript(working('04.01.01.01', '[[write shared.txt|one]]'));
    harness.model.addScript(working('04.01.02.01', '[[write shared.txt|two]]'));
    const merging = [
      `[[bash git merge heads/work/${streamId} || true]]`,
      '[[write shared.txt|one and two]]',
      '[[bash git add shared.txt]]',
    ];
    harness.model.addScript(working('04.01.01.01', ...merging));
    harness.model.addScript(working('04.01.02.01', ...merging));
    const project = await projectWith(['04.01.01', '04.01.02'], { 'work.merge.maxAttempts': 1 });
    const report = await project.run('04.01');
    assert.ok(report.kind === 'finished');
    assert.deepEqual([...report.result.merged].sort(), ['04.01.01', '04.01.02'], JSON.stringify([report, await project.tasks()]));
    assert.equal(await project.git('show', `${integration}:shared.txt`), 'one and two');
    const { events } = await journal(project);
    const returned = events.find(event => event.kind === 'merge.returned');
    assert.match(returned?.reason ?? '', /^Merging branch task\/04-01-0\d-01-\d+ into work\/001-sample conflicts in shared\.txt\.$/);
    const other = returned?.thread === '04.01.01' ? '04.01.02' : '04.01.01';
    const said = harness.model.requestsFor(`${returned?.thread ?? ''}.01`).at(-1)?.prompt ?? '';
    assert.ok(said.includes(`- Thread ${other} "`) && said.includes(`Did ${other}.01.`), said);
    assert.match(
      await reportOf(project.repository, '04'),
      /\nMerge conflicts:\n\n- \S+: `shared\.txt`\. Sent back to its agent \(1\)\. Merged as [0-9a-f]{10}\.\n/,
    );
    const batch = await readFile(await project.repository.reports.writeBatchReport(streamId, '04.01'), 'utf8');
    assert.match(batch, /^# Batch Report: .* \(Batch 04\.01\)\n/);
    assert.match(batch, /\| Sent Back \| 1 \|\n\| Merge Conflicts \| 1 \|\n/);
  });

  it('is foreseen to conflict with another’s while both are at work, with the file, and a third is not', async () => {
    const go = path.join(harness.stateDirectory, 'go-on');
    for (const [thread, text] of [
      ['10.01.01', 'one'],
      ['10.01.02', 'two'],
    ] as const) {
      harness.model.addScript(working(`${thread}.01`, `[[write shared.txt|${text}]]`));
      harness.model.addScript(working(`${thread}.02`, `[[bash until [ -e '${go}' ]; do sleep 0.1; done]]`));
    }
    harness.model.addScript(working('10.01.03.01', '[[write other.txt|three]]'));
    const tasks = ['10.01.01.01', '10.01.01.02', '10.01.02.01', '10.01.02.02', '10.01.03.01'];
    const project = await harness.project({
      threads: ['10.01.01 One', '10.01.02 Two', '10.01.03 Three'],
      tasks: Object.fromEntries(tasks.map(task => [task, 'pending'])),
      settings: { 'work.merge.maxAttempts': 0 },
    });
    const seen: unknown[] = [];
    let looking: Promise<void> | undefined;
    project.repository.runs.news.onDidAppend(event => {
      if (event.kind !== 'conflicts.foreseen' || event.conflicts.length === 0) return;
      looking ??= project.snapshot().then(async ({ stages }) => {
        seen.push(...(stages[0]?.batches[0]?.threads ?? []).map(({ foreseen }) => foreseen));
        await writeFile(go, '');
      });
    });
    const report = await project.run('10.01');
    await looking;
    assert.deepEqual(seen, [[{ other: '10.01.02', files: ['shared.txt'] }], [{ other: '10.01.01', files: ['shared.txt'] }], []]);
    assert.ok(report.kind === 'finished');
    assert.deepEqual([report.result.merged.length, report.result.blocked.length], [2, 1], 'it is told, and holds nobody back');
    const { events, state } = await journal(project);
    const isOfBoth = ({ kind, ...rest }: (typeof events)[number]) =>
      kind.startsWith('merge.') && 'thread' in rest && rest.thread !== '10.01.03';
    assert.ok(events.findIndex(({ kind }) => kind === 'conflicts.foreseen') < events.findIndex(isOfBoth), 'before either is merged');
    assert.deepEqual(state.foreseen, [], 'and it is over with the run');
  });

  it('waits for a person after as many returns as are allowed, with its work where it was', async () => {
    const task = '05.01.01.01';
    harness.model.addScript(working(task, '[[write work.txt|BAD]]'));
    for (const text of ['BAD still', 'BAD again', 'never asked for']) harness.model.addScript(working(task, `[[write work.txt|${text}]]`));
    const project = await projectWith(['05.01.01'], { 'work.merge.maxAttempts': 2 });
    const report = await project.run('05.01');
    assert.deepEqual(report.kind === 'finished' && report.result.blocked, ['05.01.01']);
    assert.equal((await attemptsOf(project, task)).length, 3);
    assert.match((await project.tasks())[0] ?? '', /blocked — Failed: .*does not pass/);
    const [last] = (await attemptsOf(project, task)).slice(-1);
    assert.equal(await project.git('show', `${last?.branch ?? ''}:work.txt`), 'BAD again');
    assert.ok(existsSync(last?.worktree ?? ''));
  });

  it('goes to a new session from where it stopped when its worktree is gone', async () => {
    const task = '06.01.01.01';
    harness.model.addScript(working(task, '[[write work.txt|BAD]]'));
    harness.model.addScript(working(task, '[[bash cat work.txt > before.log]]', '[[write work.txt|repaired]]'));
    const project = await projectWith(['06.01.01'], { 'work.merge.maxAttempts': 1 });
    project.repository.runs.news.onDidAppend(event => {
      if (event.kind === 'merge.rejected') gone = rm(path.join(project.root, '.worktrees'), { recursive: true, force: true });
    });
    let gone: Promise<void> | undefined;
    const report = await project.run('06.01');
    await gone;
    assert.deepEqual(report.kind === 'finished' && report.result.merged, ['06.01.01'], JSON.stringify([report, await project.tasks()]));
    const [first, second] = await attemptsOf(project, task);
    assert.notEqual(second?.session, first?.session);
    assert.equal(await project.git('show', `${integration}:before.log`), 'BAD');
    assert.match(harness.model.requestsFor(task).at(-1)?.prompt ?? '', /did not pass there/);
  });

  it('is still to be merged when its run is stopped during the checks: no gate before that, and the next run needs no agent', async () => {
    const task = '11.01.01.01';
    const [begun, go] = ['checks-begun', 'checks-go'].map(name => path.join(harness.stateDirectory, name)) as [string, string];
    const wait = `
      require('node:fs').writeFileSync(${JSON.stringify(begun)}, '');
      setInterval(() => require('node:fs').existsSync(${JSON.stringify(go)}) && process.exit(0), 50);
    `;
    harness.model.addScript(working(task, '[[write work.txt|fine]]'));
    const project = await projectWith(['11.01.01'], { 'work.validation.commands': [[process.execPath, '-e', wait]] });
    const stop = new AbortController();
    const running = project.run('11.01', { signal: stop.signal });
    await waitFor('the checks to begin', () => existsSync(begun));
    stop.abort();
    await running;
    const stopped = await project.snapshot();
    assert.deepEqual(await project.tasks(), [`${task}: completed — Did ${task}.`]);
    assert.equal(stopped.nextBatch, '11.01');
    assert.deepEqual(
      stopped.stages.map(({ atGate, batches }) => [atGate, batches[0]?.threads[0]?.awaitsMerge]),
      [[false, true]],
    );
    await assert.rejects(project.repository.actions.approveStage(streamId, 11), /11\.01\.01 Thread 11\.01\.01: finished, not merged yet/);

    await writeFile(go, '');
    const report = await project.run('11.01');
    assert.deepEqual(report.kind === 'finished' && report.result.merged, ['11.01.01'], JSON.stringify(report));
    assert.equal((await attemptsOf(project, task)).length, 1);
    const merged = await project.snapshot();
    assert.deepEqual([merged.nextBatch, merged.stages[0]?.atGate], [null, true]);
  });

  it('lands without the task that a person skips, and not at all when all of them are dropped', async () => {
    const [one, two] = ['09.01.01.01', '09.01.01.02'];
    harness.model.addScript(working(one, '[[write one.txt|fine]]'));
    harness.model.addScript(working(two, '[[write two.txt|BAD]]'));
    harness.model.addScript(working('09.01.02.01', '[[write three.txt|BAD]]'));
    const project = await harness.project({
      threads: ['09.01.01 One', '09.01.02 Two'],
      tasks: { [one]: 'pending', [two]: 'pending', '09.01.02.01': 'pending' },
      files: { 'check.cjs': check },
      settings: { 'work.validation.commands': commands, 'work.merge.maxAttempts': 0 },
    });
    const first = await project.run('09.01');
    assert.deepEqual(first.kind === 'finished' && [...first.result.blocked].sort(), ['09.01.01', '09.01.02']);
    for (const task of [two, '09.01.02.01']) await project.repository.actions.setTaskStatus(streamId, task, { status: 'cancelled' });
    const again = await project.run('09.01');
    assert.equal(again.kind === 'finished' && again.result.outcome, 'completed', JSON.stringify([again, await project.tasks()]));
    assert.deepEqual(
      (await project.git('ls-tree', '--name-only', integration)).split('\n').filter(name => name.endsWith('.txt')),
      ['one.txt'],
    );
    assert.equal((await attemptsOf(project, one)).length, 1, 'nothing was done twice');
  });

  it('is checked by the plan’s own commands after those of the settings, and nothing is run after the first red one', async () => {
    const task = '07.01.01.01';
    harness.model.addScript(working(task, '[[write work.txt|fine]]'));
    const project = await projectWith(
      ['07.01.01'],
      {},
      `# Plan: Checked\n\n## Summary\n\nOne thread.\n\n## Validation\n\nBefore anything lands:\n\n- \`exit 4\`\n- echo never\n\n## Stages\n\n### Stage 07: S\n\n#### Batches\n\n##### Batch 01: B\n\n###### Thread 01: T\n`,
    );
    await project.run('07.01');
    const { state } = await journal(project);
    assert.deepEqual(
      state.validations[0]?.commands.map(({ command, exitCode }) => [command.replace(process.execPath, 'node'), exitCode]),
      [
        ['node check.cjs', 0],
        ['exit 4', 4],
      ],
    );
  });

  it('is told of a command that is missing, that hangs, and that leaves a child behind', async () => {
    const task = '08.01.01.01';
    const pidFile = path.join(harness.stateDirectory, 'left-behind.pid');
    const hanging = `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const leaving = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', ${JSON.stringify(hanging)}], { stdio: 'ignore', detached: true }).unref();
      const wait = () => require('node:fs').existsSync(${JSON.stringify(pidFile)}) ? undefined : setTimeout(wait, 20);
      wait();`;
    const rows = [
      {
        command: ['no-such-program-anywhere'],
        says: /`no-such-program-anywhere` could not be run: install its program, or correct the command\./,
      },
      { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], says: /did not end within \ds and was stopped/ },
      { command: [process.execPath, '-e', leaving], says: undefined },
    ];
    for (const [index, { command, says }] of rows.entries()) {
      const own = task.replace('08.01', `08.0${index + 1}`);
      harness.model.addScript(working(own, '[[write work.txt|fine]]'));
      const project = await projectWith([own.slice(0, 8)], {
        ...{ 'work.validation.commands': [command], 'work.limits.validation': 2 },
        ...(index === 0 ? { 'work.merge.maxAttempts': 1 } : {}),
      });
      const report = await project.run(own.slice(0, 5));
      const outcome = report.kind === 'finished' && report.result.outcome;
      assert.equal(outcome, says ? 'blocked' : 'completed', JSON.stringify([report, await project.tasks()]));
      if (says) assert.match((await project.tasks())[0] ?? '', says);
      if (index === 0) assert.deepEqual((await journal(project)).state.returns, [], 'no agent is asked for what it cannot bring about');
    }
    const left = Number(await readFile(pidFile, 'utf8'));
    await waitFor('the child that was left behind to be gone', () => !isAlive(left));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
