import assert from 'node:assert/strict';
import { parsePlan } from '../../../src/domain/plan/parsePlan';
import { planTemplate } from '../../../src/domain/planTemplate';

describe('planTemplate', () => {
  const text = (stages: number) => planTemplate('003-two-words', 'two-words', stages, '0.1.0', '2026-01-20T10:00:00.000Z');

  it('is a plan with as many stages as asked for, each with a batch and a thread', () => {
    const { plan } = parsePlan(text(3));
    assert.equal(plan?.title, 'Two Words');
    assert.deepEqual(
      plan.stages.map(stage => stage.batches.flatMap(batch => batch.threads.map(thread => thread.id))),
      [['01.01.01'], ['02.01.01'], ['03.01.01']],
    );
  });

  it('has no error, and a warning for each name and definition that is still to be written', () => {
    assert.deepEqual(
      parsePlan(text(1)).diagnostics.map(({ severity, message }) => `${severity}: ${message}`),
      [
        'warning: Stage 1: Stage name is empty or contains placeholder',
        'warning: Stage 1: Stage Definition is empty',
        'warning: Stage 1, Batch 01, Thread 1: Thread name is empty or contains placeholder',
      ],
    );
  });

  it('gives no content to what is only a placeholder', () => {
    const [stage] = parsePlan(text(1)).plan?.stages ?? [];
    const [batch] = stage?.batches ?? [];
    assert.deepEqual([stage?.constitution, batch?.summary, batch?.threads[0]?.summary, batch?.threads[0]?.details], ['', '', '', '']);
  });
});
