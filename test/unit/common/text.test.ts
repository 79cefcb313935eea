import assert from 'node:assert/strict';
import fc from 'fast-check';
import { singleLine, stripControl, truncate } from '../../../src/common/text';

describe('stripControl', () => {
  const cases: readonly [name: string, from: string, to: string][] = [
    ['leaves ordinary text alone', 'Grüße, 世界 👋\n\tindented', 'Grüße, 世界 👋\n\tindented'],
    ['removes colours', '\u001b[31mred\u001b[0m', 'red'],
    ['removes a window title', '\u001b]0;owned\u0007after', 'after'],
    ['removes a hyperlink', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['removes a sequence that is cut off', 'text\u001b[', 'text'],
    ['removes a lone escape', 'a\u001bb', 'ab'],
    ['removes C1 controls', 'a\u009b31mb', 'a31mb'],
    ['removes marks that reorder text', 'abc\u202edcba', 'abcdcba'],
    ['makes line endings alike', 'a\r\nb\rc', 'a\nb\nc'],
  ];
  for (const [name, from, to] of cases) it(name, () => assert.equal(stripControl(from), to));

  it('never leaves a control character, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        assert.doesNotMatch(stripControl(text), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe('singleLine', () => {
  it('joins lines and trims', () => assert.equal(singleLine('  a\n\n b\t\u2028c '), 'a b c'));
});

describe('truncate', () => {
  it('keeps text that fits', () => assert.equal(truncate('abc', 3), 'abc'));
  it('marks what was cut', () => assert.equal(truncate('abcdef', 4), 'abc…'));
  it('does not cut a character in half', () => assert.equal(truncate('ab👋cd', 4), 'ab…'));
});
