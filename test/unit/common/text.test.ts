import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Marked } from 'marked';
import { count, escapeHtml, escapeMarkdown, oneLine, stripControl, truncate } from '../../../src/common/text';

const markdown = new Marked({ gfm: true });
/** Strings in which characters with a meaning are likely. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...Array.from('\\`*_{}[]()<>#+-.!|~&=:/@\n\r\t\x1b\x07\x9b\x00 1a')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('stripControl', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['a\tb\nc', 'a\tb\nc'],
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07after', 'after'],
    ['\x1b]8;;https://example.invalid\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1bPq#0;2;0\x1b\\after', 'after'],
    ['\x9b2Jgone', 'gone'],
    ['\x9d0;title\x9cafter', 'after'],
    ['\x1bcreset', 'reset'],
    ['\x1b(Bcharset', 'charset'],
    ['bell\x07 back\x08space nul\x00 del\x7f', 'bell backspace nul del'],
    ['\x1b', ''],
    ['unfinished \x1b[31', 'unfinished '],
    ['un\u202edeneil\u202c', 'undeneil'],
    ['héllo 世界 👩‍👩‍👧', 'héllo 世界 👩‍👩‍👧'],
  ];
  for (const [input, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(input)}`, () => assert.equal(stripControl(input), expected));
  }

  it('leaves no control character and nothing to strip a second time', () => {
    fc.assert(
      fc.property(nasty, text => {
        const clean = stripControl(text);
        assert.doesNotMatch(clean, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
        assert.equal(stripControl(clean), clean);
      }),
    );
  });
});

describe('oneLine', () => {
  it('joins lines and white space by single spaces', () => assert.equal(oneLine('  a \n\n\tb\u00a0c '), 'a b c'));

  it('never gives more than one line', () => {
    fc.assert(fc.property(nasty, text => assert.doesNotMatch(oneLine(text), /\n|\t| {2}|^ | $/)));
  });
});

describe('truncate', () => {
  it('leaves text that fits', () => assert.equal(truncate('abc', 3), 'abc'));
  it('ends cut text with an ellipsis', () => assert.equal(truncate('abcd', 3), 'ab…'));
  it('counts as a reader does and keeps every character whole', () => {
    assert.equal(truncate('👍👍👩‍👩‍👧', 3), '👍👍👩‍👩‍👧');
    assert.equal(truncate('👩‍👩‍👧👍👍', 2), '👩‍👩‍👧…');
    assert.equal(truncate('abc', 1), '…');
  });

  it('never gives more characters than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, length) => {
        const short = truncate(text, length);
        assert.ok(Array.from(new Intl.Segmenter().segment(short)).length <= length);
        assert.ok(short === text || (short.endsWith('…') && text.startsWith(short.slice(0, -1))));
      }),
    );
  });
});

describe('count', () => {
  it('chooses the word by the number', () => {
    assert.deepEqual([count(0, 'task'), count(1, 'task'), count(2, 'task')], ['0 tasks', '1 task', '2 tasks']);
    assert.equal(count(2, 'batch', 'batches'), '2 batches');
  });
});

describe('escapeMarkdown', () => {
  it('shows the same text, whatever it contains', () => {
    fc.assert(
      fc.property(nasty, text => {
        const shown = oneLine(text);
        const html = markdown.parse(escapeMarkdown(text), { async: false });
        assert.equal(html, shown === '' ? '' : `<p>${escapeHtml(shown)}</p>\n`);
      }),
    );
  });
});

describe('escapeHtml', () => {
  it('escapes what could open a tag, an entity or leave an attribute', () => {
    assert.equal(escapeHtml(`<a href="x" id='y'>&amp;`), '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;');
  });
});
