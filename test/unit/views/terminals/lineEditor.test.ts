import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineEditor, type LineAction } from '../../../../src/views/terminals/lineEditor';

const type = (...pieces: string[]) => {
  const editor = new LineEditor();
  const actions = pieces.flatMap(piece => editor.input(piece));
  return { draft: editor.draft, actions };
};
const sent = (text: string): LineAction => ({ type: 'send', text });

describe('LineEditor', () => {
  const cases: readonly [behaviour: string, pieces: string[], draft: string, actions: LineAction[]][] = [
    ['collects what is typed', ['h', 'i'], 'hi', []],
    ['sends a line on Enter', ['hi there\r'], '', [sent('hi there')]],
    ['sends each of two lines that arrive at once', ['one\rtwo\r'], '', [sent('one'), sent('two')]],
    ['sends nothing for an empty line', ['\r', '   \r'], '', []],
    ['takes back the last character', ['hix\u007f'], 'hi', []],
    ['takes back a whole emoji with its modifiers', ['ok 👩‍👩‍👧\u007f'], 'ok ', []],
    ['takes back nothing from an empty line', ['\u007f\u007f'], '', []],
    ['takes back a word on Ctrl+W and the line on Ctrl+U', ['one two\u0017'], 'one ', []],
    ['clears the line on Ctrl+U', ['one two\u0015x'], 'x', []],
    ['aborts on Ctrl+C and drops what was typed', ['half\u0003'], '', [{ type: 'abort' }]],
    ['ignores arrows, function keys, Tab, Ctrl+D and Escape', ['a\u001b[A\u001b[D\u001bOP\u001b[15~\t\u0004\u001b', 'b'], 'ab', []],
    ['ignores an arrow that arrives in two pieces', ['a\u001b[', 'Bb'], 'ab', []],
    ['still aborts after a lone introducer', ['\u001b[', '\u0003'], '', [{ type: 'abort' }]],
    ['begins a new row of the message on Alt+Enter', ['one\u001b\rtwo\r'], '', [sent('one\ntwo')]],
    ['takes a paste as one piece, lines and all', ['\u001b[200~one\rtwo\r\nthree\u001b[201~'], 'one\ntwo\nthree', []],
    ['takes a paste that arrives in pieces', ['say \u001b[200~one\r', 'two\u001b[20', '1~!\r'], '', [sent('say one\ntwo!')]],
    ['strips escape sequences from a paste', ['\u001b[200~a\u0007\u001b]0;title\u0007b\u001b[201~'], 'ab', []],
  ];
  for (const [behaviour, pieces, draft, actions] of cases) {
    it(behaviour, () => assert.deepEqual(type(...pieces), { draft, actions }));
  }

  it('puts a message back that could not be sent, before what was typed since', () => {
    const editor = new LineEditor();
    editor.input('first\rsecond');
    editor.restore('first');
    assert.equal(editor.draft, 'first\nsecond');
  });

  it('never keeps a control character, whatever arrives', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: fc.constantFrom('a', '\u001b', '[', '2', '0', '~', ';', '\u0007', '\u009b', '\t', '\u0000'), maxLength: 20 }),
        ),
        pieces => {
          assert.doesNotMatch(type(...pieces).draft, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        },
      ),
    );
  });
});
