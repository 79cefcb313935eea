import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sourceRecordText } from '../../../src/domain/sources/sourceRecord';
import { isAlive } from '../../../src/runtime/opencode/processes';
import { reporting, RunHarness, streamId, working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

describe('An agent that cannot go on', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4947);
  });
  after(() => harness.dispose());

  it('leaves its task in order with a commit or its task file: blocked with its reason, the work kept, and what stood in the way comes first', async () => {
    const [done, left, free, noted] = ['01.01.01.01', '01.01.01.02', '01.01.02.01', '01.01.03.01'];
    const exit = `git add -A && git commit -q -m "blocked(${left}): there is no schema"`;
    harness.model.addScript(working(done, '[[write done.txt|done]]'));
    harness.model.addScript({ label: left, directives: `[[write half.txt|half]]\n[[bash ${exit}]]\n[[say I leave it here.]]` });
    const taskFile = (status: string, notes: string) => `---\nid: paint\nstatus: ${status}\n---\n\n## Notes\n\n${notes}\n`;
    const blocked = taskFile('blocked', 'Blocked: no colours').replaceAll('\n', '\\n');
    harness.model.addScript({ label: noted, directives: `[[bash printf -- '${blocked}' > tasks/paint.md]]\n[[say I leave it here.]]` });
    // It ticks off its own task file, which is done for it in the main checkout, and writes something of its own there.
    const ticked = `${taskFile('completed', '- [x] It says how.')}- See free.txt.\n`
      .replace('id: paint', 'id: docs')
      .replaceAll('\n', '\\n');
    harness.model.addScript(working(free, '[[write free.txt|free]]', `[[bash printf -- '${ticked}' > tasks/docs.md]]`));
    const keys = [
      { id: free, key: 'docs', title: 'Docs' },
      { id: noted, key: 'paint', title: 'Paint' },
    ];
    const imported = { hash: '', threads: [], tasks: keys, plan: '' };
    const project = await harness.project({
      threads: ['01.01.01 Store', '01.01.02 Docs', '01.01.03 Paint'],
      tasks: { [done]: 'pending', [left]: 'pending', [free]: 'pending', [noted]: 'pending' },
      files: {
        'tasks/docs.md': taskFile('todo # soon', '- [ ] It says how.').replace('id: paint', 'id: docs'),
        'tasks/paint.md': taskFile('todo', '> To be filled'),
        [`work/${streamId}/source.json`]: sourceRecordText({ kind: 'tasks', path: 'tasks' }, imported, '2026-01-20T00:00:00.000Z'),
      },
    });
    const first = await project.run('01.01');
    assert.ok(first.kind === 'finished', JSON.stringify(first));
    assert.deepEqual(
      [first.result.outcome, first.result.merged, first.result.blocked],
      ['blocked', ['01.01.02'], ['01.01.01', '01.01.03']],
    );
    assert.deepEqual(await project.tasks(), [
      `${done}: completed — Did ${done}.`,
      `${left}: blocked — there is no schema`,
      `${free}: completed — Did ${free}.`,
      `${noted}: blocked — no colours`,
    ]);
    const merged = await project.git('show', `refs/heads/work/${streamId}:tasks/docs.md`);
    assert.equal(merged, '---\nid: docs\nstatus: todo # soon\n---\n\n## Notes\n\n- [ ] It says how.\n- See free.txt.');
    assert.match(await project.read('tasks/docs.md'), /^status: done # soon$/m);
    assert.match(await project.read('tasks/paint.md'), /^status: blocked$/m);
    const nodes = async () => (await project.snapshot()).stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
    const [attempt] = (await nodes())[0]?.tasks[1]?.attempts ?? [];
    assert.deepEqual([attempt?.outcome, attempt?.reason, attempt?.asked], ['blocked', 'there is no schema', undefined]);
    assert.equal(await project.git('log', '-1', '--format=%s', attempt?.commit ?? ''), `blocked(${left}): there is no schema`);
    assert.equal(await project.git('show', `${attempt?.commit ?? ''}:half.txt`), 'half');

    const added = await project.repository.blockers.create(streamId, { id: left, name: 'Write the schema' });
    assert.deepEqual([added.thread, added.why], ['01.01.04', 'there is no schema']);
    const resolve = `${added.thread}.01`;
    harness.model.addScript(working(resolve, '[[write schema.txt|schema]]'));
    harness.model.addScript(working(left, '[[bash cat done.txt schema.txt > whole.txt]]'));
    for (const thread of [added.thread, left]) {
      const report = await project.run('01.01', { only: [thread] });
      assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    }
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:whole.txt`), 'done\nschema');
    const again = (await nodes())[0]?.tasks[1]?.attempts.at(-1);
    const merge = (await nodes()).find(({ id }) => id === added.thread)?.merge;
    assert.ok(merge?.state === 'landed' && again?.number === 2);
    await project.git('merge-base', '--is-ancestor', merge.commit, again.base); // its exit code is the answer
  });

  it('is stopped with its sub-agents, none of which goes on, nor what one had started', async () => {
    const task = '02.01.01.01';
    const child = { description: 'Help', prompt: '[[bash echo $$ > pid.txt; exec sleep 1000]]', subagent_type: 'general' };
    harness.model.addScript({ label: task, directives: `[[tool task ${JSON.stringify(child)}]]\n${reporting(task)}\n[[say Done.]]` });
    const project = await harness.project({ threads: ['02.01.01 One'], tasks: { [task]: 'pending' } });
    const running = project.run('02.01');
    const { sessions } = project.runtime.opencode;
    const attempt = async () => (await project.snapshot()).stages.flatMap(stage => stage.batches)[0]?.threads[0]?.tasks[0]?.attempts[0];
    const busy = async () => Object.keys(await sessions.status((await attempt())?.worktree ?? project.root));
    await waitFor('the agent and its sub-agent at work', async () => (await busy()).length === 2, { describe: async () => busy() });
    const { worktree = '', session = '' } = (await attempt()) ?? {};
    const pid = async () => Number(await readFile(path.join(worktree, 'pid.txt'), 'utf8').catch(() => ''));
    await waitFor('what the sub-agent started to run', async () => (await pid()) > 0 && isAlive(await pid()));
    const started = await pid();
    const [below] = await sessions.children(worktree, session);
    assert.deepEqual((await busy()).toSorted(), [session, below?.id].toSorted());
    assert.equal(project.repository.runs.stop(task), true);
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'cancelled', JSON.stringify(report));
    assert.equal(await isAlive(started), false);
    await waitFor('both to be idle', async () => (await busy()).length === 0);
    assert.equal((await attempt())?.outcome, 'cancelled');
  });
});
