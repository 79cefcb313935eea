import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bareThreads } from '../../../../src/domain/plan/bareThreads';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { planText } from '../../../support/workstreamText';

/** The plan as the repairs leave it. */
function repaired(text: string): string {
  const lines = text.split('\n');
  for (const { heading, above, deepen } of [...bareThreads(text)].reverse()) {
    for (const line of deepen) lines[line - 1] = `#${lines[line - 1] ?? ''}`;
    if (heading !== undefined) lines.splice(above - 1, 0, heading, '');
  }
  return lines.join('\n');
}

const threadsOf = (text: string) =>
  parsePlan(text).plan?.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(({ id, name }) => `${id} ${name}`)));
const bare = (text: string) => parsePlan(text).diagnostics.filter(({ message }) => message.includes('is not inside a batch'));

const withoutBatches = (text: string) => text.replace(/^##### Batch.*\n\n/gm, '');
const shallow = (text: string) => text.replace(/^###### Thread/gm, '##### Thread');
const text = planText('01.01.01 Router', '01.01.02 Store', '02.01.01 Docs');

describe('bareThreads', () => {
  const rows: readonly [string, string, readonly string[]][] = [
    ['threads of three levels', shallow(withoutBatches(text)), ['01.01.01 Router', '01.01.02 Store', '02.01.01 Docs']],
    ['threads of the right level', withoutBatches(text), ['01.01.01 Router', '01.01.02 Store', '02.01.01 Docs']],
    ['threads one level too high in a batch', shallow(text), ['01.01.01 Router', '01.01.02 Store', '02.01.01 Docs']],
    ['threads before the first batch', text.replace('##### Batch 01', '###### Thread 09: Early\n\n##### Batch 01'), ['01.02.09 Early']],
  ];
  for (const [what, broken, expected] of rows) {
    it(`takes ${what} into a batch, so that the plan's reader sees them`, () => {
      assert.notEqual(bare(broken).length, 0);
      assert.deepEqual(threadsOf(repaired(broken))?.slice(0, expected.length), expected);
      assert.deepEqual(bare(repaired(broken)), []);
    });
  }

  it('names every line that is warned of, and no other, in any plan', () => {
    const threads = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 6,
      selector: String,
    });
    fc.assert(
      fc.property(threads, fc.boolean(), fc.boolean(), (ids, isShallow, isBare) => {
        const sorted = [...ids].sort(([a, b], [c, d]) => a - c || b - d);
        const whole = planText(...sorted.map(([stage, thread]) => `0${stage}.01.0${thread} Some`));
        const levels = isShallow ? shallow(whole) : whole;
        const given = isBare ? withoutBatches(levels) : levels;
        assert.deepEqual(
          bareThreads(given).flatMap(({ lines }) => lines),
          bare(given).map(({ line }) => line),
        );
        assert.equal(threadsOf(repaired(given))?.length, ids.length);
      }),
    );
  });

  it('leaves a plan alone whose threads all stand in batches, and a text that is no plan', () => {
    assert.deepEqual(bareThreads(text), []);
    assert.deepEqual(bareThreads('##### Thread 01: Nowhere\n'), []);
  });
});
