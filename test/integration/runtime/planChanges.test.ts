import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { systemClock } from '../../../src/common/clock';
import { parsePlan } from '../../../src/domain/plan/parsePlan';
import { appendBatch } from '../../../src/domain/plan/appendToPlan';
import type { WorkstreamSnapshot } from '../../../src/domain/tree/nodes';
import { PlanActions, type ActionServices } from '../../../src/runtime/actions/planActions';
import { PlanChanges } from '../../../src/runtime/actions/planChanges';
import { Git } from '../../../src/runtime/git/git';
import { batchNode, stageNode, threadNode } from '../../support/planNodes';
import { indexText, someStream, temporaryWork, type TemporaryWork } from '../../support/temporaryWork';
import { planText, workstream } from '../../support/workstreamText';

const stream = '001-sample';
const text = planText('01.01.01 Router');

describe('Changes of a plan', () => {
  let work: TemporaryWork;
  beforeEach(async () => {
    work = await temporaryWork({ 'index.json': indexText([someStream(stream)], stream), [`${stream}/PLAN.md`]: text });
  });
  afterEach(() => work.dispose());

  const batch = { name: 'More', threads: [{ name: 'Cache' }] };

  it('are made to the plan as somebody saved it a moment before, who knows no locks', async () => {
    let asked = 0;
    await work.files.editPlan(stream, current => {
      asked++;
      if (asked === 1) writeFileSync(work.path(`${stream}/PLAN.md`), `${text}\n### Stage 05: Meanwhile\n`);
      return appendBatch(current, 1, batch);
    });
    assert.equal(asked, 2);
    assert.deepEqual(
      parsePlan(await work.read(`${stream}/PLAN.md`)).plan?.stages.map(({ id, batches }) => [id, batches.map(({ name }) => name)]),
      [
        ['01', ['Batch 01', 'More']],
        ['05', []],
      ],
    );
  });

  it('are given up when somebody saves it all the time, and leave it as it is', async () => {
    let saved = text;
    await assert.rejects(
      work.files.editPlan(stream, current => {
        writeFileSync(work.path(`${stream}/PLAN.md`), (saved += '\nA line more.\n'));
        return appendBatch(current, 1, batch);
      }),
      { reason: 'conflict', message: 'PLAN.md is being changed by another program all the time. Try again in a moment.' },
    );
    assert.equal(await work.read(`${stream}/PLAN.md`), saved);
  });

  it('name the line of what is broken, so that the editor can go there', async () => {
    await work.write(`${stream}/PLAN.md`, text.replace('For tests.', ''));
    await assert.rejects(
      work.files.editPlan(stream, current => appendBatch(current, 1, batch)),
      { reason: 'unparsable', position: { line: 3, column: 1 }, file: work.path(`${stream}/PLAN.md`) },
    );
  });

  it('add no thread to a batch that is running, and a batch beside it at any time', async () => {
    const running = stageNode('01', [batchNode('01.01', [threadNode('01.01.01')], { running: true })]);
    const snapshot = async (): Promise<WorkstreamSnapshot> => {
      const now = workstream({ plan: parsePlan(await work.read(`${stream}/PLAN.md`)) });
      const added = now.stages[0]?.batches.filter(({ id }) => id !== '01.01') ?? [];
      return { ...now, stages: [{ ...running, batches: [...running.batches, ...added] }] };
    };
    const services: ActionServices = { files: work.files, git: new Git(work.root), clock: systemClock, role: undefined, snapshot };
    const changes = new PlanChanges(services, new PlanActions(services));
    await assert.rejects(changes.addThread(stream, '01.01', { name: 'Cache' }), {
      reason: 'running',
      message:
        'Batch 01.01 is running and would not take up another thread. Add it when the batch has ended, or add a batch: work add-batch --stage 1',
    });
    assert.equal(await work.read(`${stream}/PLAN.md`), text);
    assert.equal(await changes.addBatch(stream, { stage: '1', name: 'More', thread: { name: 'Cache' } }), '01.02');
    assert.equal((await work.files.readTasks(stream))[0]?.id, '01.02.01.01');
  });
});
