import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { untranslated } from '../../../src/common/translate';
import { hindranceWords } from '../../../src/domain/choice/choiceWords';
import { person } from '../../../src/domain/reservations/mail';
import type { WorkstreamSnapshot } from '../../../src/domain/tree/nodes';
import { treeRow } from '../../../src/domain/tree/rows';
import { AgentMailServer } from '../../support/agentMailServer';
import { reporting, RunHarness, streamId, working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';
import { planText } from '../../support/workstreamText';

const [first, second, third] = ['01.01.01.01', '01.01.02.01', '01.01.03.01'] as const;
const call = (tool: string, input: unknown) => `[[tool ${tool} ${JSON.stringify(input)}]]`;

describe('Agents that reserve files', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4917);
  });
  after(() => harness.dispose());

  /** What the agent of a task was last told by a tool. */
  const told = (task: string) =>
    harness.model.requests
      .filter(({ label }) => label === task)
      .at(-1)
      ?.messages.findLast(({ role }) => role === 'tool')?.text ?? '';

  it('keep each other out, write to each other and to a person, and give everything back when their thread ends', async () => {
    const letter = { to: ['01.01.01', person], subject: 'Which port?', body: 'Is it 8080?' };
    const directives = (...lines: readonly string[]) => lines.join('\n');
    const look = call('work_tasks', {});
    harness.model.addScript({
      label: first,
      directives: directives(
        call('work_reserve', { paths: ['src/**'] }),
        '[[barrier 2]]',
        look,
        '[[gate]]',
        reporting(first),
        '[[say Done.]]',
      ),
    });
    harness.model.addScript({
      label: second,
      directives: directives(
        '[[barrier 2]]', // the first has its files by then
        call('work_reserve', { paths: ['lib/x.ts', 'src/a.ts'] }),
        call('work_send', letter),
        '[[gate]]',
        look,
        '[[gate]]',
        call('work_reserve', { paths: ['src/a.ts'] }),
        '[[gate]]',
        reporting(second),
        '[[say Done.]]',
      ),
    });
    const project = await harness.project({
      threads: ['01.01.01 One', '01.01.02 Two'],
      tasks: { [first]: 'pending', [second]: 'pending' },
    });
    const running = project.run('01.01');
    const state = () => harness.model.requests.map(({ label, messages }) => [label, messages.at(-1)]);
    const atGates = (count: number) => waitFor(`${count} agents at gates`, () => harness.model.waiting === count, { describe: state });
    await waitFor('the message', () => told(second).startsWith('Sent to 01.01.01, person.'), { describe: state });
    await atGates(2);
    const refusal = harness.model.requests
      .filter(({ label }) => label === second)
      .flatMap(({ messages }) => messages)
      .find(({ role, text }) => role === 'tool' && text.startsWith('Nothing was reserved'));
    assert.match(
      refusal?.text ?? '',
      /^Nothing was reserved: thread 01\.01\.01 has src\/\*\*, which overlaps src\/a\.ts \(.* left\)\. Wait /,
    );
    const coordination = await project.repository.coordination(streamId);
    assert.equal(coordination.folder, path.join(project.root, '.git', 'work', streamId));
    assert.deepEqual(
      (await coordination.reservations()).map(each => `${each.thread} ${each.path}`),
      ['01.01.01 src/**'],
    );
    const threads = (await project.snapshot()).stages[0]?.batches[0]?.threads ?? [];
    assert.deepEqual(
      threads.map(({ reserved, mail }) => [reserved.map(each => each.path), mail.map(each => each.subject)]),
      [
        [['src/**'], []],
        [[], ['Which port?']],
      ],
    );

    harness.model.release(); // the first reports, the second looks around
    const isFree = async () => (await coordination.reservations()).length === 0;
    await waitFor('what the first thread had reserved to be free', isFree, { describe: state });
    await atGates(1);
    harness.model.release();
    await waitFor('the second to have the file', () => told(second) === 'Reserved for thread 01.01.02: src/a.ts.', { describe: state });
    await atGates(1);
    harness.model.release();
    const report = await running;
    assert.ok(report.kind === 'finished' && report.result.outcome === 'completed', JSON.stringify(report));
    assert.deepEqual(await coordination.reservations(), []);
    assert.deepEqual(
      (await coordination.readMail(person)).map(({ from, task, subject }) => [from, task, subject]),
      [['01.01.02', second, 'Which port?']],
    );
  });

  it('are not waited for any longer when the thread that waits is stopped', async () => {
    const project = await harness.project({
      plan: planText('01.01.01 One').replace('**Details:** All of it.', '**Depends on:** none\n\n**Files:** src/a.ts'),
      tasks: { [first]: 'pending' },
    });
    const other = await project.repository.coordination('002-other');
    await other.reserve({ thread: '01.01.01', attempt: '01.01.01.01#1', paths: ['src/**'], exclusive: true, ttlSeconds: 3600 });
    const earlier = harness.model.requests.length;
    const running = project.run('01.01');
    const thread = async () => (await project.snapshot()).stages[0]?.batches[0]?.threads[0];
    await waitFor('the thread to wait', async () => (await thread())?.wait?.kind === 'held', { describe: thread });
    assert.equal(project.repository.runs.stop('01.01.01'), true);
    const report = await running;
    assert.ok(report.kind === 'finished' && report.result.outcome === 'cancelled', JSON.stringify(report));
    const { wait, running: isRunning, tasks = [] } = (await thread()) ?? {};
    assert.deepEqual(
      [wait, isRunning, tasks.map(({ status, attempts }) => [status, attempts.length])],
      [undefined, false, [['pending', 0]]],
    );
    assert.equal(harness.model.requests.length, earlier, 'no agent was asked');
    assert.deepEqual(
      (await other.reservations()).map(({ stream }) => stream),
      ['002-other'],
    );
    assert.equal(project.repository.runs.stop('01.01.01'), false);
  });

  it('hold back a thread of another workstream, which keeps no place meanwhile; so do those at an Agent Mail server', async () => {
    const mail = await AgentMailServer.start('secret');
    try {
      const files = ['src/a.ts', 'lib/b.ts', 'docs/**'];
      const project = await harness.project({
        plan: planText('01.01.01 One', '01.01.02 Two', '01.01.03 Three').replaceAll(
          '**Details:** All of it.',
          () => `**Depends on:** none\n\n**Files:** ${files.shift() ?? ''}`,
        ),
        tasks: { [first]: 'pending', [second]: 'pending', [third]: 'pending' },
        settings: { 'work.maxConcurrent': 2, 'work.agentMail.url': mail.url },
        runtime: { agentMailToken: () => Promise.resolve('secret') },
      });
      const other = await project.repository.coordination('002-other');
      const kept = { exclusive: true, ttlSeconds: 3600 };
      await other.reserve({ ...kept, thread: '01.01.01', attempt: '01.01.01.01#1', paths: ['src/**'] });
      await other.reserve({ ...kept, thread: '01.01.02', attempt: null, driver: 0, paths: ['docs/**'] }); // a killed driver's
      const choice = async (snapshot: WorkstreamSnapshot) => {
        const { chosen, others } = await project.repository.readyChoice(snapshot, { max: 4 });
        return [
          ...chosen.map(({ thread }) => thread.id),
          ...others.map(({ thread, why }) => `${thread.id} ${hindranceWords(why, untranslated)}`),
        ];
      };
      const waits = '01.01.01 waits for thread 01.01.01 of workstream 002-other, which has src/a.ts reserved';
      const before = await project.snapshot();
      assert.deepEqual(await choice(before), ['01.01.02', '01.01.03', waits], 'what a killed driver had is free');
      mail.held.set('src/a.ts', 'BoldMarsh');
      harness.model.addScript(working(first));
      for (const task of [second, third]) harness.model.addScript(working(task, '[[barrier 2]]', '[[gate]]'));
      const earlier = harness.model.requests.length;
      const running = project.run('01');
      const state = () => harness.model.requests.map(({ label, messages }) => [label, messages.at(-1)]);
      await waitFor('the two others at work together', () => harness.model.waiting === 2, { describe: state });

      const rows = async () => {
        const threads = (await project.snapshot()).stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
        return threads.map(node => treeRow(node, untranslated)).map(({ icon, description }) => [icon, description]);
      };
      assert.deepEqual((await rows())[0], [
        'waiting',
        '0/1 · waiting · thread 01.01.01 of workstream 002-other has src/**, which overlaps src/a.ts · @default',
      ]);
      assert.equal(
        harness.model.requests.slice(earlier).some(({ label }) => label === first),
        false,
      );
      const stored = JSON.parse(await readFile(path.join(project.root, '.git', 'work', 'reservations.json'), 'utf8')) as {
        readonly reservations: readonly { readonly stream: string; readonly path: string }[];
      };
      assert.deepEqual(stored.reservations.map(each => `${each.stream} ${each.path}`).sort(), [
        `${streamId} docs/**`,
        `${streamId} lib/b.ts`,
        '002-other src/**',
      ]); // prettier-ignore

      const theirs = (thread: string, files: string) =>
        `${thread} waits for thread ${thread} of workstream ${streamId}, which has ${files} reserved`;
      assert.deepEqual(
        await choice({ ...before, id: '002-other' }),
        ['01.01.01', theirs('01.01.02', 'lib/b.ts'), theirs('01.01.03', 'docs/**')],
        'what the driver at work has for its threads is not free',
      );
      await other.release('01.01.01');
      const asked = 'BoldMarsh has src/a.ts reserved at the Agent Mail server';
      await waitFor('the server to be asked', async () => (await rows())[0]?.[1]?.includes(asked) === true, { describe: rows });
      mail.held.clear();
      harness.model.release();
      const report = await running;
      assert.ok(report.kind === 'finished' && report.result.outcome === 'completed', JSON.stringify(report));
      assert.deepEqual(await other.reservations(), []);
      const ended = mail.callsOf('send_message').map(({ input }) => input.subject);
      assert.deepEqual(ended.toSorted(), ['Task 01.01.01 Complete', 'Task 01.01.02 Complete', 'Task 01.01.03 Complete']);
      assert.ok(mail.callsOf('release_file_reservations').length >= 4);
      assert.deepEqual(mail.unauthorized, []);
    } finally {
      await mail.close();
    }
  });
});
