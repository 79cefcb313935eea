import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Flow, fit, width } from '../../../../src/views/terminals/flow';
import { terminalRows } from '../../../support/terminalScreen';

const write = (columns: number, ...pieces: string[]) => {
  const flow = new Flow(columns);
  return terminalRows(pieces.map(piece => flow.write(piece)).join(''), columns);
};

describe('Flow', () => {
  it('takes a word back to the next row when it does not fit, even when it came in pieces', () => {
    assert.deepEqual(write(10, 'alpha be', 'ta ga', 'mma'), ['alpha beta', 'gamma']);
    assert.deepEqual(write(10, 'alpha bet', 'agamma'), ['alpha', 'betagamma']);
  });

  it('leaves a word longer than a row in one piece, for the terminal to wrap', () => {
    assert.deepEqual(write(8, 'see abcdefghijklmnop now'), ['see', 'abcdefgh', 'ijklmnop', 'now']);
  });

  it('swallows the space that would begin a row', () => {
    assert.deepEqual(write(5, 'alpha beta'), ['alpha', 'beta']);
  });

  it('keeps line breaks and expands tabs', () => {
    assert.deepEqual(write(20, 'a\n\tb\n\nc'), ['a', '    b', '', 'c']);
  });

  it('shows the same rows however the text is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '\n'), maxLength: 120 }),
        fc.integer({ min: 3, max: 20 }),
        fc.array(fc.nat(120), { maxLength: 8 }),
        (text, columns, cuts) => {
          const ends = [...cuts.filter(cut => cut < text.length), text.length].sort((a, b) => a - b);
          const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
          assert.deepEqual(write(columns, ...pieces), write(columns, text));
        },
      ),
    );
  });

  it('never breaks inside a word that fits, and loses no word', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 })), words => {
        assert.deepEqual(
          write(12, words.join(' '))
            .flatMap(row => row.split(' '))
            .filter(Boolean),
          words,
        );
      }),
    );
  });
});

describe('fit', () => {
  it('counts wide characters as two cells and combining ones as none', () => {
    assert.equal(width('日本e\u0301'), 5);
    assert.equal(fit('日本語', 5), '日本…');
    assert.equal(fit('short', 5), 'short');
  });
});
