import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkPlan } from '../../../src/domain/plan/checkPlan';
import { parsePlan } from '../../../src/domain/plan/parsePlan';
import { projectRoot } from '../../support/projectRoot';

type Task = { id: string; stage_name: string; batch_name: string; thread_name: string };

describe("the sample's plan", () => {
  const folder = path.join(projectRoot(), 'sample', 'repository', 'work', '001-text-toolkit');

  it('is without errors and warnings, and has the tasks of its tasks.json', async () => {
    const { plan, diagnostics } = parsePlan(await readFile(path.join(folder, 'PLAN.md'), 'utf8'));
    assert.ok(plan);
    assert.deepEqual([...diagnostics, ...checkPlan(plan)], []);
    const threads = plan.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(thread => ({ stage, batch, thread }))));
    assert.deepEqual([plan.stages.length, new Set(threads.map(({ batch }) => batch)).size, threads.length], [2, 3, 6]);
    const { tasks } = JSON.parse(await readFile(path.join(folder, 'tasks.json'), 'utf8')) as { tasks: Task[] };
    assert.deepEqual(
      tasks.map(({ id, stage_name, batch_name, thread_name }) => [id, stage_name, batch_name, thread_name]),
      threads.flatMap(({ stage, batch, thread }) =>
        ['01', '02'].map(number => [`${thread.id}.${number}`, stage.name, batch.name, thread.name]),
      ),
    );
  });
});
