import assert from 'node:assert/strict';
import path from 'node:path';
import { person } from '../../../src/domain/reservations/mail';
import { reporting, RunHarness, streamId } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

const [first, second] = ['01.01.01.01', '01.01.02.01'] as const;
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
});
