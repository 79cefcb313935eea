import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PlanElement } from '../../../src/views/planElements';
import { PlanTree } from '../../../src/views/planTree';
import { FakePause, FakePlans } from '../../support/fakeSources';
import { batchNode, repository, stageNode, taskNode, threadNode } from '../../support/planNodes';
import { drawTree } from '../support/drawTree';
import { waitFor } from '../../support/waitFor';

const counts = (total: number, completed: number) => ({
  total,
  completed,
  cancelled: 0,
  inProgress: 0,
  blocked: 0,
  pending: total - completed,
});
const sample = (change: Parameters<typeof taskNode>[1] = {}) =>
  repository('/repo', [
    stageNode(
      '01',
      [
        batchNode(
          '01.01',
          [
            threadNode('01.01.01', [taskNode('01.01.01.01', { status: 'completed', agent: 'backend' }), taskNode('01.01.01.02', change)], {
              name: 'Router',
              agent: 'backend',
              status: 'in_progress',
              counts: counts(2, 1),
            }),
          ],
          { name: 'Core', status: 'in_progress', counts: counts(2, 1) },
        ),
      ],
      { name: 'Setup', status: 'in_progress', counts: counts(2, 1) },
    ),
  ]);

describe('The plan tree', () => {
  let tree: PlanTree | undefined;
  const show = (plans: FakePlans, pause = new FakePause()) => (tree = new PlanTree(plans, pause));
  afterEach(() => tree?.dispose());

  it('draws stages, batches, threads and tasks, each with its state, counts and agent', () => {
    assert.deepEqual(drawTree(show(new FakePlans([sample()]))), [
      '(circle-large-outline) 01 Setup [1/2 · in progress]',
      '  (circle-large-outline) 01.01 Core [1/2 · in progress]',
      '    (circle-large-outline) 01.01.01 Router [1/2 · in progress · @backend]',
      '      (pass) 01.01.01.01 Task 01.01.01.01 [completed · @backend]',
      '      (circle-outline) 01.01.01.02 Task 01.01.01.02 [@default]',
    ]);
  });

  it('draws problems of files first, with the place to open', () => {
    const plans = new FakePlans([
      repository('/repo', [], {
        problems: [{ file: '/repo/work/001-sample/tasks.json', severity: 'error', message: 'tasks.json is not JSON', line: 3, column: 7 }],
      }),
    ]);
    const shown = show(plans);
    assert.deepEqual(drawTree(shown), ['(error) tasks.json is not JSON [tasks.json:3:7]']);
    const [problem] = shown.getChildren();
    assert.ok(problem);
    const { command } = shown.getTreeItem(problem);
    assert.equal(command?.command, 'vscode.open');
    assert.deepEqual(command.arguments?.[1], { selection: new vscode.Range(2, 6, 2, 6) });
  });

  it('announces the rows that changed, and only these, as one list', async () => {
    const plans = new FakePlans([sample()]);
    const announced: (PlanElement[] | undefined)[] = [];
    show(plans).onDidChangeTreeData(elements => announced.push(elements));
    plans.show(sample({ status: 'blocked' }));
    plans.show(sample({ status: 'blocked', report: 'Failed: no disk space' }));
    await waitFor('the tree to announce a change', () => announced.length > 0);
    assert.deepEqual(
      announced.map(elements => elements?.map(({ key }) => key)),
      [['/repo|001-sample|01.01.01.02']],
    );
  });

  it('announces nothing when every row would look as before', async () => {
    const plans = new FakePlans([sample()]);
    const announced: (PlanElement[] | undefined)[] = [];
    const shown = show(plans);
    shown.onDidChangeTreeData(elements => announced.push(elements));
    plans.show(sample());
    plans.show(sample({ breadcrumb: 'session ses_1' }));
    plans.show(sample({ breadcrumb: 'session ses_1', status: 'blocked' }));
    await waitFor('the tree to announce the one change', () => announced.length > 0);
    plans.show(sample({ breadcrumb: 'session ses_2', status: 'blocked' }));
    plans.show(sample({ breadcrumb: 'session ses_2', status: 'completed' }));
    await waitFor('the tree to announce the next change', () => announced.length > 1);
    assert.deepEqual(
      announced.map(elements => elements?.map(({ key }) => key)),
      [['/repo|001-sample|01.01.01.02'], ['/repo|001-sample|01.01.01.02']],
    );
  });

  it('draws a row again whose tooltip was read and is no longer true', async () => {
    const plans = new FakePlans([sample()]);
    const announced: (PlanElement[] | undefined)[] = [];
    const shown = show(plans);
    shown.onDidChangeTreeData(elements => announced.push(elements));
    const element = shown.find('/repo', '01.01.01.02');
    assert.ok(element);
    shown.resolveTreeItem(shown.getTreeItem(element), element);
    plans.show(sample({ breadcrumb: 'session ses_1' }));
    await waitFor('the tree to announce a change', () => announced.length > 0);
    assert.deepEqual(
      announced.map(elements => elements?.map(({ key }) => key)),
      [['/repo|001-sample|01.01.01.02']],
    );
  });

  it('says of what runs that it is paused, as long as it is', async () => {
    const pause = new FakePause();
    const running = repository('/repo', [
      stageNode('01', [batchNode('01.01', [threadNode('01.01.01', [taskNode('01.01.01.01')], { running: true })], { running: true })]),
    ]);
    const shown = show(new FakePlans([running]), pause);
    let announced = 0;
    shown.onDidChangeTreeData(() => (announced += 1));
    const icons = () => drawTree(shown).map(line => /\(([^)]*)\)/.exec(line)?.[1]);
    assert.deepEqual(icons(), ['sync~spin', 'sync~spin', 'sync~spin', 'circle-outline']);
    pause.set(true);
    await waitFor('the tree to announce the pause', () => announced === 1);
    assert.deepEqual(icons(), ['debug-pause', 'debug-pause', 'debug-pause', 'circle-outline']);
    pause.set(false);
    await waitFor('the tree to announce its end', () => announced === 2);
    assert.deepEqual(icons(), ['sync~spin', 'sync~spin', 'sync~spin', 'circle-outline']);
  });

  it('leads from a click on a thread or a task to its terminal', () => {
    const shown = show(new FakePlans([sample()]));
    for (const id of ['01.01.01', '01.01.01.02']) {
      const element = shown.find('/repo', id);
      assert.ok(element);
      const { command } = shown.getTreeItem(element);
      assert.equal(command?.command, 'work.focusTerminal');
      assert.deepEqual(command.arguments, [element]);
    }
  });

  it('says every row in words', () => {
    const shown = show(new FakePlans([sample({ running: true })]));
    const walk = (element?: PlanElement): PlanElement[] => shown.getChildren(element).flatMap(child => [child, ...walk(child)]);
    for (const element of walk()) assert.match(shown.getTreeItem(element).accessibilityInformation?.label ?? '', /\w+, .+/);
  });

  it('tells in the tooltip what the agent reported, and takes no text for Markdown', () => {
    const plans = new FakePlans([sample({ report: 'Done. [click](command:evil) <b>now</b>', breadcrumb: 'session ses_1' })]);
    const shown = show(plans);
    const element = shown.find('/repo', '01.01.01.02');
    assert.ok(element);
    const { tooltip } = shown.resolveTreeItem(shown.getTreeItem(element), element);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(tooltip.value.includes('Done'));
    assert.ok(!tooltip.value.includes('[click](') && !tooltip.value.includes('<b>'));
    assert.ok(tooltip.isTrusted !== true);
  });
});
