import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseSettings } from '../../../src/domain/settings/parseSettings';
import { readServerState } from '../../../src/runtime/opencode/serverState';
import { opencodeBinary } from '../../support/opencodeBinary';
import { recordingLogger } from '../../support/recordingLogger';
import type { RunReport } from '../../../src/runtime/run/runRequest';
import { RunHarness, working, type Project } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

describe('A batch on a server past its memory limit', () => {
  const port = 4731;
  let harness: RunHarness | undefined;
  let memoryLimit = 0;

  before(async function () {
    if (process.platform !== 'linux') this.skip(); // elsewhere nobody says what a process holds
    harness = await RunHarness.start(port);
  });
  after(() => harness?.dispose());

  const settings = () =>
    parseSettings({ 'work.opencode.path': opencodeBinary(), 'work.server.port': port, 'work.server.memoryLimit': memoryLimit }).settings;

  it('waits until no agent works there, and has the server restarted; stopped in that wait, its task is as if never begun', async () => {
    assert.ok(harness);
    const { model, stateDirectory } = harness;
    const pid = async () => (await readServerState(stateDirectory))?.pid;
    model.addScript(working('01.01.01.01', '[[gate]]', '[[write a.txt|a]]'));
    model.addScript(working('02.01.01.01', '[[write b.txt|b]]'));
    const logger = recordingLogger();
    const runtime = harness.runtime({}, { settings, logger });
    const busy = await harness.project();
    const next = await harness.project({ threads: ['02.01.01 One'], tasks: { '02.01.01.01': 'pending' } });
    const run = ({ root }: Project, batch: string, signal = new AbortController().signal) =>
      runtime.repository(root).runs.runBatch({ batch }, signal);
    const outcome = (report: RunReport) => (report.kind === 'finished' ? report.result.outcome : JSON.stringify(report));

    const running = run(busy, '01.01');
    await waitFor('the agent to work', () => model.waiting === 1);
    const before = await pid();
    memoryLimit = 100;
    const stop = new AbortController();
    const stopped = run(next, '02.01', stop.signal);
    await waitFor('the wait to be told', () => logger.lines.some(line => line.includes('it is restarted when no agent works')));
    stop.abort();
    assert.equal(outcome(await stopped), 'cancelled');
    assert.deepEqual(await next.tasks(), ['02.01.01.01: pending']);
    assert.deepEqual((await next.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts, [], 'no attempt began');

    const again = run(next, '02.01');
    model.release();
    assert.equal(outcome(await running), 'completed');
    assert.deepEqual(await busy.tasks(), ['01.01.01.01: completed — Did 01.01.01.01.']);
    assert.equal(outcome(await again), 'completed', logger.lines.filter(line => !line.startsWith('debug')).join('\n'));
    assert.deepEqual(await next.tasks(), ['02.01.01.01: completed — Did 02.01.01.01.']);
    assert.notEqual(await pid(), before, 'the server was restarted in between');
    assert.equal(model.requestsFor('02.01.01.01').filter(({ turn }) => turn === 0).length, 1);
  });

  it('does not end when another program has the server restarted between two of its agents’ turns', async () => {
    assert.ok(harness);
    memoryLimit = 0;
    const { model, stateDirectory } = harness;
    model.addScript(working('03.01.01.01', '[[write c.txt|c]]'));
    const held = path.join(stateDirectory, 'held');
    const wait = `const fs = require('node:fs'); fs.writeFileSync(${JSON.stringify(`${held}.begun`)}, ''); const look = () => fs.existsSync(${JSON.stringify(held)}) || setTimeout(look, 20); look();`;
    const project = await harness.project({
      threads: ['03.01.01 One'],
      tasks: { '03.01.01.01': 'pending' },
      settings: { 'work.worktrees.setup': [process.execPath, '-e', wait] },
    });
    const running = project.run('03.01');
    await waitFor('the setup command to run', () => existsSync(`${held}.begun`));
    const another = harness.runtime().opencode.server;
    await another.ensure();
    const before = (await readServerState(stateDirectory))?.pid;
    assert.equal(await another.restartIfIdle(), true);
    assert.notEqual((await readServerState(stateDirectory))?.pid, before);
    await writeFile(held, '');
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.equal(model.requestsFor('03.01.01.01').filter(({ turn }) => turn === 0).length, 1);
  });
});
