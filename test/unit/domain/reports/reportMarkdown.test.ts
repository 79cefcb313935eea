import assert from 'node:assert/strict';
import { codeSpan, headingText, inline, itemQuote, paragraph, tableCell } from '../../../../src/domain/reports/reportMarkdown';

describe('words in a report', () => {
  const lines: readonly (readonly [string, string])[] = [
    ['Create `src/a.ts` with **care**', 'Create `src/a.ts` with **care**'],
    ['returns Promise<void> or a < b', 'returns Promise\\<void> or a < b'],
    ['returns `Promise<void>`', 'returns `Promise<void>`'],
    ['``a`<b>`` <c>', '``a`<b>`` \\<c>'],
    ['`open <b>', '`open \\<b>'],
    ['`a\\` <b> `', '`a\\` \\<b> `'],
    ['\\`<b>\\`', '\\`\\<b>\\`'],
    ['\\<b> \\\\<b>', '\\<b> \\\\\\<b>'],
    ['<!-- --> </a> <?x', '\\<!-- --> \\</a> \\<?x'],
    ['![x](y) and [x](y)', '\\![x](y) and [x](y)'],
    ['two\nlines\x1b[31m', 'two lines'],
  ];
  for (const [text, expected] of lines) {
    it(`are ${JSON.stringify(expected)} for ${JSON.stringify(text)}`, () => assert.equal(inline(text), expected));
  }

  it('keep a row of # at the end of a heading', () => assert.equal(headingText('Learn C #'), 'Learn C \\#'));

  it('begin no heading, rule or link definition as a paragraph', () => {
    const starts = ['# a', '###', '- # a', '1. # a', '---', '***', '[a]: b', '[a'];
    assert.deepEqual(starts.map(paragraph), ['\\# a', '\\###', '- \\# a', '1. \\# a', '\\---', '\\***', '\\[a]: b', '\\[a']);
    assert.deepEqual(['#1 is fixed', '- a', '[a](b)', 'a # b'].map(paragraph), ['#1 is fixed', '- a', '[a](b)', 'a # b']);
  });

  it('stay inside their quote, all lines of them', () => {
    assert.deepEqual(itemQuote('\nDone.\r\n\r\n## Metrics\n- a `<b>`\n'), ['  > Done.', '  >', '  > \\## Metrics', '  > - a `\\<b>`']);
  });

  it('are code with as many back-ticks as they need', () => {
    assert.deepEqual(['a.ts', 'a`b', '`', '```x', 'a\nb'].map(codeSpan), ['`a.ts`', '``a`b``', '`` ` ``', '```` ```x ````', '`a b`']);
  });

  it('stay in their cell of a table', () => assert.equal(tableCell('a | b'), 'a \\| b'));
});
