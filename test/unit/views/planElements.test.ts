import assert from 'node:assert/strict';
import type { RepositorySnapshot, ThreadNode } from '../../../src/domain/tree/nodes';
import { PlanElements, type PlanElement } from '../../../src/views/planElements';
import { batchNode, repository, stageNode, taskNode, threadNode } from '../../support/planNodes';

const changes = (elements: PlanElements, snapshots: readonly RepositorySnapshot[]) => {
  const changed = elements.update(snapshots);
  return changed === 'all' ? 'all' : changed.map(({ key }) => key.split('|').at(-1));
};
const plan = (...threads: ThreadNode[]) => repository('/a', [stageNode('01', [batchNode('01.01', threads)])]);
const walk = (elements: PlanElements, of: readonly PlanElement[] = elements.roots): string[] =>
  of.flatMap(element => [element.key, ...walk(elements, elements.children(element))]);

describe('PlanElements', () => {
  it('shows the stages of the only repository, and folders for several', () => {
    const elements = new PlanElements();
    elements.update([plan()]);
    assert.deepEqual(
      elements.roots.map(({ kind }) => kind),
      ['node'],
    );
    assert.equal(elements.update([plan(), repository('/b', [])]), 'all');
    assert.deepEqual(
      elements.roots.map(({ kind }) => kind),
      ['folder', 'folder'],
    );
  });

  it('names only the rows that changed', () => {
    const elements = new PlanElements();
    elements.update([plan(threadNode('01.01.01', [taskNode('01.01.01.01')]), threadNode('01.01.02'))]);
    const next = plan(threadNode('01.01.01', [taskNode('01.01.01.01', { status: 'completed' })]), threadNode('01.01.02'));
    assert.deepEqual(changes(elements, [next]), ['01.01.01.01']);
    assert.deepEqual(changes(elements, [next]), []);
  });

  it('names no row that looks as before, unless a tooltip of it was read', () => {
    const counting = (inProgress: number) => ({ total: 2, completed: 0, cancelled: 0, inProgress, blocked: 0, pending: 2 - inProgress });
    const at = (inProgress: number, breadcrumb?: string) =>
      repository('/a', [
        stageNode('01', [
          batchNode('01.01', [threadNode('01.01.01', [taskNode('01.01.01.01', { breadcrumb })])], {
            running: true,
            counts: counting(inProgress),
          }),
        ]),
      ]);
    const elements = new PlanElements();
    elements.update([at(0)]);
    assert.deepEqual(changes(elements, [at(0)]), []);
    assert.deepEqual(changes(elements, [at(1, 'session ses_1')]), []);
    const batch = elements.find('/a', '01.01');
    assert.ok(batch);
    elements.explain(batch);
    assert.deepEqual(changes(elements, [at(1, 'session ses_2')]), []);
    assert.deepEqual(changes(elements, [at(2, 'session ses_2')]), ['01.01']);
    assert.deepEqual(changes(elements, [at(1, 'session ses_2')]), []);
  });

  it('names a row that shows what goes on below it', () => {
    const running = (is: boolean) => repository('/a', [stageNode('01', [batchNode('01.01', [], { running: is })])]);
    const elements = new PlanElements();
    elements.update([running(true)]);
    assert.deepEqual(changes(elements, [running(false)]), ['01', '01.01']);
  });

  it('names the parent of rows that came or went', () => {
    const elements = new PlanElements();
    elements.update([plan(threadNode('01.01.01'))]);
    assert.deepEqual(changes(elements, [plan(threadNode('01.01.01', [taskNode('01.01.01.01')]))]), ['01.01.01']);
    assert.deepEqual(changes(elements, [plan(threadNode('01.01.02', []))]), ['01.01']);
  });

  it('does not draw rows again that only moved in the file', () => {
    const elements = new PlanElements();
    elements.update([plan(threadNode('01.01.01', [], { line: 10 }))]);
    assert.deepEqual(changes(elements, [plan(threadNode('01.01.01', [], { line: 12 }))]), []);
    const found = elements.find('/a', '01.01.01')?.node;
    assert.equal(found?.kind === 'thread' && found.line, 12);
  });

  it('draws the batch that became the next one, and the one that no longer is', () => {
    const batches = (nextBatch: string) => repository('/a', [stageNode('01', [batchNode('01.01'), batchNode('01.02')])], { nextBatch });
    const elements = new PlanElements();
    elements.update([batches('01.01')]);
    assert.deepEqual(changes(elements, [batches('01.02')]), ['01.01', '01.02']);
  });

  it('keeps the same object for a row, so that a selection stays what it is', () => {
    const elements = new PlanElements();
    elements.update([plan(threadNode('01.01.01'))]);
    const before = elements.find('/a', '01.01.01');
    elements.update([plan(threadNode('01.01.01', [], { name: 'Renamed' }))]);
    assert.equal(elements.find('/a', '01.01.01'), before);
    assert.equal(before?.node.name, 'Renamed');
  });

  it('gives rows with the same id different keys', () => {
    const elements = new PlanElements();
    elements.update([plan(threadNode('01.01.01', [taskNode('01.01.01.01')]), threadNode('01.01.01', [taskNode('01.01.01.01')]))]);
    const all = walk(elements);
    assert.equal(all.length, 6);
    assert.equal(new Set(all).size, 6);
  });

  it('puts problems of files and errors of the plan before the stages', () => {
    const elements = new PlanElements();
    const snapshot = repository('/a', [stageNode('01')], {
      diagnostics: [
        { severity: 'error', message: 'No stages found.', line: 3 },
        { severity: 'warning', message: 'Summary section is empty', line: 5 },
      ],
      problems: [{ file: '/a/work/001-x/tasks.json', severity: 'error', message: 'is not JSON', line: 2, column: 4 }],
    });
    elements.update([snapshot]);
    const said = elements.roots.map(element => (element.kind === 'problem' ? element.problem.message : element.kind));
    assert.deepEqual(said, ['is not JSON', 'No stages found.', 'node']);
  });

  it('knows the way up', () => {
    const elements = new PlanElements();
    elements.update([plan(threadNode('01.01.01')), repository('/b', [])]);
    const keys: string[] = [];
    for (let at: PlanElement | undefined = elements.find('/a', '01.01.01'); at; at = elements.parent(at)) keys.push(at.key);
    assert.deepEqual(keys, ['/a|001-sample|01.01.01', '/a|001-sample|01.01', '/a|001-sample|01', '/a']);
  });
});
