import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import type { SetupItem } from '../../../src/domain/setup/setupReport';
import { RunHarness, streamId, working, type Project } from '../../support/runHarness';
import { isRunning } from '../../support/processes';
import { terminalIo } from '../../support/terminalIo';
import { waitFor } from '../../support/waitFor';
import { runWork, runWorkHere, startWork, type Ended } from './workProcess';

describe('The commands that run a plan', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4771);
  });
  after(() => harness.dispose());

  const work = (project: Project, ...args: readonly string[]): Promise<Ended> => runWork(args, project.root, harness.programEnvironment);
  const here = (project: Project, ...args: readonly string[]): Promise<Ended> =>
    runWorkHere(args, project.root, harness.programEnvironment);
  const serverPid = async (): Promise<number> => {
    const { server } = harness.runtime().opencode;
    await server.ensure();
    return server.status.pid ?? 0;
  };

  it('serve starts the server once, and stops it', async () => {
    const project = await harness.project();
    const started = await work(project, 'serve');
    assert.equal(started.code, 0, started.err);
    assert.match(
      started.out,
      /^Started opencode \S+ on http:\/\/127\.0\.0\.1:47\d\d\. It keeps running; stop it with: work serve --stop\n$/,
    );
    const pid = await serverPid();
    assert.ok(isRunning(pid), 'the server survives the command');
    const again = await work(project, 'serve');
    assert.match(again.out, /^Adopted opencode /);
    assert.equal(await serverPid(), pid);
    await writeFile(
      path.join(project.root, 'work', 'agents.yaml'),
      'agents:\n  - name: default\n    description: d\n    best_for: b\n    models: [lab/scripted, lab/none]\n',
    );
    const doctor = await work(project, 'doctor', '--server', '--json');
    const { items } = JSON.parse(doctor.out) as { readonly items: readonly SetupItem[] };
    const item = (id: string) => items.find(each => each.id === id);
    assert.equal(item('server')?.state, 'ok');
    assert.match(item('server')?.detail ?? '', /http:\/\/127\.0\.0\.1:47\d\d/);
    assert.match(item('models default')?.detail ?? '', /^the server does not know lab\/none$/);
    for (const { id, state, fix } of items) assert.ok(state === 'ok' || fix !== undefined, `${id}: ${state}`);
    assert.equal(await serverPid(), pid, 'it was looked at, not started again');
    assert.deepEqual(await work(project, 'serve', '--stop'), { code: 0, out: 'The opencode server is stopped.\n', err: '' });
    const without = JSON.parse((await work(project, 'doctor', '--json')).out) as { readonly items: readonly SetupItem[] };
    assert.equal(without.items.find(each => each.id === 'server')?.detail, 'not running');
    await waitFor('the server to be gone', () => !isRunning(pid));
    assert.deepEqual(await work(project, 'serve', '--stop'), { code: 0, out: 'No opencode server of ours is running.\n', err: '' });
  });

  it('multi --dry-run says what would happen, and starts and writes nothing', async () => {
    const project = await harness.project({ threads: ['02.01.01 One'], tasks: { '02.01.01.01': 'pending' } });
    const asked = harness.model.requests.length;
    const { code, out, err } = await here(project, 'multi', '--continue', '--dry-run');
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    assert.match(out, /^Dry run of batch 02\.01 \(Batch 01\) of workstream 001-sample\. Nothing is written or started\.\n/);
    assert.match(out, /\nThe same by hand:\n {2}opencode serve --port 4771\n/);
    assert.equal(await project.git('status', '--porcelain'), '');
    assert.equal(harness.model.requests.length, asked);
  });

  it('multi names every problem and exits with 1', async () => {
    const project = await harness.project({ threads: ['03.01.01 One', '04.01.01 Two'], tasks: {} });
    assert.deepEqual(await here(project, 'multi', '--batch', 'x'), {
      code: 1,
      out: '',
      err: 'Error: Invalid batch ID "x". Expected format: "SS.BB" (e.g., "01.02")\n',
    });
    assert.deepEqual(await here(project, 'multi', '--batch', '09.01'), {
      code: 1,
      out: '',
      err: 'Error: Batch "09.01" not found in workstream "001-sample". Available: 03.01, 04.01\n',
    });
    const gate = await here(project, 'multi', '--batch', '04.01');
    assert.equal(gate.code, 1);
    assert.match(gate.err, /^Error: Previous stage \(Stage 3\) is not approved\.\n/);
    const unreachable = await here(project, 'multi', '--batch', '03.01', '--no-server', '--port', '9');
    assert.equal(unreachable.code, 1);
    assert.match(unreachable.err, /^Error: No opencode server answers at http:\/\/127\.0\.0\.1:9\./);
    assert.equal(await project.git('branch', '--list', 'work/*', 'task/*'), '');
  });

  it('multi --batch runs a batch in plain lines; with a blocked thread it exits with 1, and continue shows what was tried and tries the rest', async () => {
    harness.model.addScript({
      label: '05.01.01.01',
      directives: '[[tool work_task_report {"task":"05.01.01.01","status":"blocked","report":"Which database?"}]]\n[[say Stopped.]]',
    });
    harness.model.addScript(working('05.01.01.01', '[[write db.txt|x]]'));
    harness.model.addScript(working('05.01.02.01', '[[write other.txt|x]]'));
    const project = await harness.project({
      threads: ['05.01.01 Store', '05.01.02 Other'],
      tasks: { '05.01.01.01': 'pending', '05.01.02.01': 'pending' },
    });
    const first = await work(project, 'multi', '--batch', '5.1');
    assert.deepEqual({ code: first.code, err: first.err }, { code: 1, err: '' }, first.out);
    assert.match(first.out, /^Batch 05\.01: 2 threads \(05\.01\.01, 05\.01\.02\)$/m);
    assert.match(first.out, /^◐ 05\.01\.01\.01 started$/m);
    assert.match(first.out, /^✗ 05\.01\.01\.01 blocked: Which database\?$/m);
    assert.match(first.out, /^✓ 05\.01\.02\.01 completed: Did 05\.01\.02\.01\.$/m);
    assert.match(first.out, /^⇢ 05\.01\.02 merged into work\/001-sample \([0-9a-f]{10}\)$/m);
    assert.match(first.out, /\nBatch 05\.01: 1 merged, 1 blocked \(05\.01\.01\)\n/);
    assert.doesNotMatch(first.out, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    const person = terminalIo({ cwd: project.root, env: harness.programEnvironment, answers: ['2'] });
    assert.equal(await runCommandLine(['continue'], person), 0);
    assert.deepEqual(person.questions, ['1) Continue with what is open  2) Abort [1]: ']);
    assert.match(person.printed(), /\nNothing was started\.\n$/);
    const second = await work(project, 'continue');
    assert.equal(second.code, 0, second.out + second.err);
    assert.match(
      second.out,
      /^Batch 05\.01 \(Batch 01\) was started before:\n {2}05\.01\.01 Store: blocked, 1 of 1 task to run \(Which database\?\)\n {2}05\.01\.02 Other: completed, done\n/,
    );
    assert.match(second.out, /^◐ 05\.01\.01\.01 started \(attempt 2\)$/m);
    assert.match(second.out, /\nBatch 05\.01: 1 merged\nWhat was merged: git log heads\/work\/001-sample\n$/);
    const log = /: git (log \S+)\n$/.exec(second.out)?.[1]?.split(' ') ?? [];
    assert.match(await project.git(...log), /^ +Thread: 05\.01\.01$/m, 'it works when pasted');
    assert.deepEqual(await project.tasks(), ['05.01.01.01: completed — Did 05.01.01.01.', '05.01.02.01: completed — Did 05.01.02.01.']);
    const next = { code: 0, out: 'All batches are complete! Nothing to continue.\n', err: '' };
    assert.deepEqual(await here(project, 'multi', '--continue'), next);
    assert.deepEqual(await here(project, 'continue'), next);
  });

  it('Ctrl-C in the middle of a batch stops the agents, leaves the tasks pending, and exits with 130', async () => {
    for (const task of ['06.01.01.01', '06.01.02.01']) harness.model.addScript({ label: task, directives: '[[hang]]' });
    const project = await harness.project({
      threads: ['06.01.01 One', '06.01.02 Two'],
      tasks: { '06.01.01.01': 'pending', '06.01.02.01': 'pending' },
    });
    const running = startWork(['multi', '--continue'], project.root, harness.programEnvironment);
    await waitFor('both agents to hang', () => harness.model.waiting === 2, { describe: () => running.out });
    running.process.kill('SIGINT');
    const { code, out } = await running.ended;
    assert.equal(code, 130, out);
    assert.match(out, /^Stopping the agents\. Press Ctrl-C again to leave at once\.$/m);
    assert.match(out, /^− 06\.01\.01\.01 cancelled: /m);
    await waitFor('the agents to be gone', () => harness.model.waiting === 0);
    assert.deepEqual(await project.tasks(), ['06.01.01.01: pending', '06.01.02.01: pending']);
    assert.match(await project.read(`work/${streamId}/threads.json`), /"status": "interrupted"/);
    assert.doesNotMatch(await project.read(`work/${streamId}/threads.json`), /"status": "running"/);
  });
});
