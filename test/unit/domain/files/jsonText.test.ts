import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson, parseJsonTree, positionAt, positionOfPath } from '../../../../src/domain/files/jsonText';

describe('parseJson', () => {
  const failures: readonly (readonly [name: string, text: string, line: number, column: number, message: RegExp])[] = [
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 3, 3, /comma/],
    ['a trailing comma', '{\n  "a": 1,\n}', 3, 1, /property name/],
    ['a comment', '{\r\n  // note\r\n  "a": 1\r\n}', 2, 3, /comment/],
    ['a text that was cut off', '{\n  "a": [1, 2', 2, 13, /missing/],
    ['a string that was cut off', '{\n  "a": "on', 2, 8, /not closed/],
    ['nothing', '', 1, 1, /value/],
    ['three dots', '{\n  "streams": [ ... ]\n}', 2, 16, /not a JSON value/],
    ['text behind the end', '{}\n}', 2, 1, /after the end/],
    ['a merge conflict', '{\n<<<<<<< HEAD\n  "a": 1\n=======\n  "a": 2\n>>>>>>> theirs\n}', 2, 1, /merge conflict/],
  ];
  for (const [name, text, line, column, message] of failures) {
    it(`says where ${name} is`, () => {
      const parsed = parseJson(text);
      assert.ok(!parsed.ok);
      assert.deepEqual(parsed.position, { line, column });
      assert.match(parsed.message, message);
    });
  }

  it('lets a byte order mark through', () => {
    assert.deepEqual(parseJson('\uFEFF{"a":1}'), { ok: true, value: { a: 1 } });
  });

  it('reports a document that is nested too deeply instead of failing', () => {
    const parsed = parseJson(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    if (!parsed.ok) assert.match(parsed.message, /deep|JSON/);
  });

  it('takes what JSON.parse takes and refuses what it refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '01',
      '-',
      '1.',
      'true',
      'nul',
      ' ',
      '\n',
      '//x\n',
      '\\u00',
      '\t"\t"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), tokens => {
        const text = tokens.join('');
        let expected = true;
        try {
          JSON.parse(text);
        } catch {
          expected = false;
        }
        assert.equal(parseJson(text).ok, expected);
        if (!expected) assert.throws(() => parseJsonTree(text), SyntaxError);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('positions', () => {
  it('count lines whatever ends them', () => {
    assert.deepEqual(positionAt('a\r\nb\nc\rd', 7), { line: 4, column: 1 });
    assert.deepEqual(positionAt('abc', 2), { line: 1, column: 3 });
  });

  it('of a path are those of its value, or of the nearest thing around it', () => {
    const text = '{\n  "tasks": [\n    { "id": "x" }\n  ]\n}';
    assert.deepEqual(positionOfPath(text, ['tasks', 0, 'id']), { line: 3, column: 13 });
    assert.deepEqual(positionOfPath(text, ['tasks', 0, 'status']), { line: 3, column: 5 });
    assert.deepEqual(positionOfPath('not json', ['a']), { line: 1, column: 1 });
  });
});
