import assert from 'node:assert/strict';
import { NameResolutionError, resolveBatch, resolveStage } from '../../../src/domain/nameResolution';

const stages = [
  { id: '01', name: 'Foundation' },
  { id: '02', name: 'UI Views' },
  { id: '07', name: 'UI Tests' },
  { id: '08', name: 'ui views (again)' },
];

describe('the name of a stage', () => {
  const found: readonly [string, string][] = [
    ['2', '02'],
    ['02', '02'],
    ['007', '07'],
    ['foundation', '01'],
    ['UI VIEWS', '02'],
    [' found ', '01'],
    ['tests', '07'],
    ['again', '08'],
  ];
  for (const [query, id] of found) it(`${JSON.stringify(query)} means ${id}`, () => assert.equal(resolveStage(stages, query).id, id));

  const refused: readonly [string, string, string][] = [
    ['5', 'not-found', 'Stage 5 not found. Available: 1, 2, 7, 8'],
    ['ui', 'ambiguous', 'Ambiguous stage name "ui". Matches: 2: "UI Views", 7: "UI Tests", 8: "ui views (again)"'],
    ['deploy', 'not-found', 'Stage "deploy" not found. Available: 1: "Foundation", 2: "UI Views", 7: "UI Tests", 8: "ui views (again)"'],
    ['', 'not-found', 'Stage "" not found. Available: 1: "Foundation", 2: "UI Views", 7: "UI Tests", 8: "ui views (again)"'],
  ];
  for (const [query, reason, message] of refused) {
    it(`${JSON.stringify(query)} is ${reason}`, () => {
      assert.throws(() => resolveStage(stages, query), error => {
        assert.ok(error instanceof NameResolutionError);
        assert.deepEqual([error.reason, error.message], [reason, message]);
        return true;
      }); // prettier-ignore
    });
  }

  it('means nothing where there is nothing', () => {
    assert.throws(() => resolveStage([], '1'), { message: 'Stage 1 not found. Available: none' });
  });
});

describe('the name of a batch', () => {
  const batches = [{ id: '02.01', name: 'Setup' }, { id: '02.03', name: 'Views' }]; // prettier-ignore
  it('is looked up by number, id or name and refused with its stage', () => {
    assert.equal(resolveBatch(batches, '3').id, '02.03');
    assert.equal(resolveBatch(batches, '2.3').id, '02.03');
    assert.equal(resolveBatch(batches, 'setup').id, '02.01');
    assert.throws(() => resolveBatch(batches, '2', { id: '02', name: 'UI' }), { message: 'Batch 2 not found in stage 2. Available: 1, 3' });
  });
});
