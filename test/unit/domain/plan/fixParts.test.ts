import assert from 'node:assert/strict';
import fc from 'fast-check';
import { appendBatch } from '../../../../src/domain/plan/appendToPlan';
import { fixName, nameOfRequest, requestThread } from '../../../../src/domain/plan/fixParts';
import { planText } from '../../../support/workstreamText';

describe('nameOfRequest', () => {
  it('is the first words of the request, without what would make a heading or a list of them', () => {
    assert.equal(nameOfRequest('\n\n# The help is wrong.\n\nIt lacks --width.'), 'The help is wrong');
    assert.equal(nameOfRequest('- `src/a.ts` fails <!-- why? -->'), '`src/a.ts` fails why?');
    assert.equal(nameOfRequest('> 1. @agent:x do it ###'), '1. x do it');
    assert.equal(nameOfRequest('word '.repeat(30)).length, 60);
    assert.equal(nameOfRequest('###\n  ---\n'), '');
  });

  it('is a name that a plan can hold, whatever the request says', () => {
    const plan = planText('01.01.01 Router');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 80 }),
          fc.string({ unit: fc.constantFrom('#', '<', '!', '-', ' ', 'a', '@', 'agent:', '\n', '`', '\\'), maxLength: 40 }),
        ),
        what => {
          const name = nameOfRequest(what);
          if (name === '') return;
          const { text } = appendBatch(plan, 1, { name: fixName(name), threads: [requestThread(name, { what, where: [what] })] });
          assert.ok(text.startsWith(plan));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('fixName', () => {
  it('says once that it is a fix', () => {
    assert.equal(fixName('login'), 'Fix - login');
    assert.equal(fixName('fix - login'), 'fix - login');
  });
});
