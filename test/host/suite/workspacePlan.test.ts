import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Runtime } from '../../../src/runtime/createRuntime';
import { WorkModel } from '../../../src/runtime/model/workModel';
import { PlanTree } from '../../../src/views/planTree';
import { FakePause } from '../../support/fakeSources';
import { waitFor } from '../../support/waitFor';
import { drawTree } from '../support/drawTree';

const task = (id: string, status: string, report?: string) => ({
  id,
  name: `Write part ${id}`,
  stage_name: 'Groundwork',
  batch_name: 'Parts',
  thread_name: 'Greeting',
  status,
  created_at: '2026-01-05T09:00:00.000Z',
  updated_at: '2026-01-05T09:00:00.000Z',
  ...(report === undefined ? {} : { report }),
});

describe('The plan of the workspace', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const folder = path.join(root, 'work', '001-first-steps');
  const tasksFile = path.join(folder, 'tasks.json');
  const write = (...tasks: readonly object[]) =>
    writeFile(
      tasksFile,
      JSON.stringify({ version: '1.0.0', stream_id: '001-first-steps', last_updated: '2026-01-05T09:00:00.000Z', tasks }, null, 2),
    );
  let model: WorkModel;
  let tree: PlanTree;
  let plan: string;
  const shows = (...rows: string[]) =>
    waitFor(rows.join(' / '), () => rows.every(row => drawTree(tree).some(drawn => drawn.trim() === row)), {
      describe: () => drawTree(tree),
      timeout: 20_000,
    });

  before(async () => {
    const extension = vscode.extensions.getExtension<{ readonly runtime: Runtime }>('workstreams.workstreams');
    assert.ok(extension);
    const { runtime } = await extension.activate();
    await mkdir(folder, { recursive: true });
    plan = await readFile(path.join(folder, 'PLAN.md'), 'utf8');
    model = new WorkModel(each => runtime.repository(each).modelSources);
    tree = new PlanTree(model, new FakePause());
    await model.setRoots([root]);
  });

  after(async () => {
    tree.dispose();
    model.dispose();
    await rm(tasksFile, { force: true });
    await writeFile(path.join(folder, 'PLAN.md'), plan);
  });

  it('is drawn with its stages, batches and threads', () => {
    assert.deepEqual(drawTree(tree), [
      '(circle-outline) 01 Groundwork',
      '  (circle-outline) 01.01 Parts',
      '    (circle-outline) 01.01.01 Greeting [@default]',
      '    (circle-outline) 01.01.02 Farewell [@default]',
      '(circle-outline) 02 Joining',
      '  (circle-outline) 02.01 Whole',
      '    (circle-outline) 02.01.01 Letter [@default]',
    ]);
  });

  it('follows what another program writes', async () => {
    await write(task('01.01.01.01', 'pending'));
    await shows('(circle-outline) 01.01.01.01 Write part 01.01.01.01 [@default]');
    await write(task('01.01.01.01', 'completed', 'Wrote it.'), task('01.01.01.02', 'blocked', 'Failed: no ink'));
    await shows('(pass) 01.01.01.01 Write part 01.01.01.01 [completed · @default]', '(error) 01.01.01 Greeting [1/2 · blocked · @default]');
  });

  it('shows a file that is cut off as a problem with its place, and the tree again when it is whole', async () => {
    await writeFile(tasksFile, '{\n  "version": "1.0.0",\n  "tasks": [');
    await waitFor('the problem', () => drawTree(tree).some(row => /^\((error|warning)\) .*\[tasks\.json:3/.test(row)), {
      describe: () => drawTree(tree),
      timeout: 20_000,
    });
    await write(task('01.01.01.01', 'pending'));
    await shows('(circle-outline) 01.01.01.01 Write part 01.01.01.01 [@default]');
    assert.ok(!drawTree(tree).some(row => row.includes('tasks.json')));
  });

  it('says what is wrong with a plan that has no stages', async () => {
    await writeFile(path.join(folder, 'PLAN.md'), '# Plan: First Steps\n\n## Summary\n\nNothing yet.\n');
    await shows('(error) No stages found. At least one stage is required. [PLAN.md:1]');
    await writeFile(path.join(folder, 'PLAN.md'), plan);
    await shows('(circle-outline) 02.01.01 Letter [@default]');
  });
});
