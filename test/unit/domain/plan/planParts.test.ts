import assert from 'node:assert/strict';
import { planParts, type PlanPart } from '../../../../src/domain/plan/planParts';
import { planText } from '../../../support/workstreamText';

const flat = (parts: readonly PlanPart[]): readonly string[] =>
  parts.flatMap(({ id, line, end, parts: inner }) => [`${id} ${line}-${end}`, ...flat(inner)]);

describe('planParts', () => {
  const text = planText('01.01.01 Router', '01.01.02 Store', '02.01.01 Docs');

  it('gives every part the lines from its heading to the next one that ends it', () => {
    assert.deepEqual(flat(planParts(`${text}\n## Design Decisions\n\nNone.\n`)), [
      '01 9-30',
      '01.01 17-30',
      '01.01.01 19-24',
      '01.01.02 25-30',
      '02 31-46',
      '02.01 39-46',
      '02.01.01 41-46',
    ]);
  });

  it('gives nothing for a text that is no plan', () => assert.deepEqual(planParts('# Something else\n'), []));
});
