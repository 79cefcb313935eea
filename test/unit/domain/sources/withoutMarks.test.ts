import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutMarks } from '../../../../src/domain/sources/withoutMarks';
import { hostileText } from '../../../support/importedPlans';

const lines = (...all: readonly string[]) => all.join('\n');

describe('withoutMarks', () => {
  const list = lines('## 1. A', '', '- [ ] 1.1 First  ', '  - [x] done before', '* [ ] same', '* [ ] same', '- [X] 1.2 Second', '');
  const file = lines('---', 'id: a', 'status: todo # why', 'tags: [x]', '---', '', '- [ ] Check', '');
  const rows: readonly (readonly [what: string, base: string, text: string, plain: string])[] = [
    ['boxes that were ticked, and one that was cleared', list, list.replaceAll('[ ]', '[x]').replace('[X]', '[ ]'), list],
    ['the second of two boxes that say the same', list, list.replace(/(\* \[ \] same\n\* \[) /, '$1x'), list],
    ['a status that says done, quoted', file, file.replace('todo # why', '"Done"'), file],
    ['a status that says begun, and a box', file, file.replace('todo', 'in_progress').replace('[ ] Check', '[x] Check'), file],
  ];
  for (const [what, base, text, plain] of rows) {
    it(`takes back ${what}`, () => {
      assert.notEqual(text, plain);
      assert.equal(withoutMarks(base, text), plain);
    });
  }

  it('leaves what says more than that something is done', () => {
    const blocked = file.replace('todo', 'blocked').replace('- [ ] Check', '- [ ] Check\n\nBlocked: which port?');
    assert.equal(withoutMarks(file, blocked), blocked);
    const more = `${list.replace('[ ] 1.1 First', '[x] 1.1 First and last')}- [x] 1.3 New\r\n\r\nNotes\r\n`;
    assert.equal(withoutMarks(list, more), more);
    assert.equal(withoutMarks('status: todo\n', 'status: done\n'), 'status: done\n', 'no front matter, no status');
  });

  it('changes nothing in a text without marks of its own, and is at its end after once', () => {
    const box = fc.constantFrom('- [ ] a', '- [x] a', '* [X] b', '  - [\t] c', 'status: done', '---');
    const texts = fc.array(fc.oneof(hostileText, box)).map(parts => parts.join('\n'));
    fc.assert(
      fc.property(texts, texts, (base, text) => {
        assert.equal(withoutMarks(base, base), base);
        const plain = withoutMarks(base, text);
        assert.equal(withoutMarks(base, plain), plain);
        assert.equal(plain.split('\n').length, text.split('\n').length);
      }),
    );
  });
});
