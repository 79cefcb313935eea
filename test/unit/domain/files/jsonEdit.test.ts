import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editJson, type JsonChange } from '../../../../src/domain/files/jsonEdit';
import type { JsonValue } from '../../../../src/domain/journal/events';

const lines = (...text: string[]) => text.join('\n');

describe('editJson', () => {
  const table: readonly (readonly [name: string, before: string, change: JsonChange, after: string])[] = [
    ['replaces one value', '{"a": 1,"b":2}', { path: ['a'], value: 'x' }, '{"a": "x","b":2}'],
    [
      'appends in the style of the neighbours',
      lines('{', '\t"a" : 1', '}'),
      { path: ['b'], value: [1] },
      lines('{', '\t"a" : 1,', '\t"b" : [', '\t\t1', '\t]', '}'),
    ],
    [
      'appends on the same line where all is on one',
      '{ "a": 1, "b": 2 }',
      { path: ['c'], value: { d: [] } },
      '{ "a": 1, "b": 2, "c": {"d":[]} }',
    ],
    ['appends to what is minified', '{"a":{"b":1}}', { path: ['a', 'c'], value: true }, '{"a":{"b":1,"c":true}}'],
    ['keeps CRLF', '{\r\n  "a": 1\r\n}\r\n', { path: ['b'], value: { c: 1 } }, '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n'],
    [
      'inserts before a named key',
      lines('{', '  "v": 1,', '  "s": []', '}'),
      { path: ['c'], value: 'x', before: ['s'] },
      lines('{', '  "v": 1,', '  "c": "x",', '  "s": []', '}'),
    ],
    ['inserts as the first key', '{"s":[]}', { path: ['c'], value: 1, before: ['s'] }, '{"c": 1,"s":[]}'.replace(': ', ':')],
    [
      'fills an empty object',
      lines('{', '  "a": {}', '}'),
      { path: ['a', 'b'], value: 1 },
      lines('{', '  "a": {', '    "b": 1', '  }', '}'),
    ],
    [
      'fills an empty array',
      lines('{', '    "a": []', '}'),
      { path: ['a', 0], value: { b: 1 }, insert: true },
      lines('{', '    "a": [', '        {', '            "b": 1', '        }', '    ]', '}'),
    ],
    ['fills an empty document', '{}', { path: ['a'], value: 1 }, lines('{', '  "a": 1', '}')],
    ['puts an element between others', '[1, 3]', { path: [1], value: 2, insert: true }, '[1, 2, 3]'],
    ['appends an element', '[1, 3]', { path: [9], value: 4, insert: true }, '[1, 3, 4]'],
    ['makes the objects on the way', '{"a":1}', { path: ['b', 'c'], value: 2 }, '{"a":1,"b":{"c":2}}'],
    ['replaces a null on the way', '{"a":null}', { path: ['a', 'c'], value: 2 }, '{"a":{"c":2}}'],
    ['removes the first', lines('{', '  "a": 1,', '  "b": 2', '}'), { path: ['a'], value: undefined }, lines('{', '  "b": 2', '}')],
    ['removes the last', lines('{', '  "a": 1,', '  "b": 2', '}'), { path: ['b'], value: undefined }, lines('{', '  "a": 1', '}')],
    ['removes the only', lines('{', '  "a": 1', '}'), { path: ['a'], value: undefined }, '{}'],
    ['removes an element', '[1, 2, 3]', { path: [1], value: undefined }, '[1, 3]'],
    ['leaves what has nothing to remove', '{"a":1}', { path: ['b'], value: undefined }, '{"a":1}'],
    ['changes the property that readers believe when a key is there twice', '{"a":1,"a":2}', { path: ['a'], value: 3 }, '{"a":1,"a":3}'],
    ['removes a key that is there twice', '{"a":1,"b":0,"a":2}', { path: ['a'], value: undefined }, '{"b":0}'],
    ['keeps a byte order mark', '\uFEFF{"a":1}', { path: ['a'], value: 2 }, '\uFEFF{"a":2}'],
  ];
  for (const [name, before, change, after] of table) {
    it(name, () => assert.equal(editJson(before, [change]), after));
  }

  it('makes several changes to one object in their order', () => {
    const edited = editJson(lines('{', '  "a": 1', '}'), [
      { path: ['a'], value: 2 },
      { path: ['b'], value: 3 },
      { path: ['c', 'd'], value: 4 },
      { path: ['c', 'e'], value: 5 },
      { path: ['b'], value: undefined },
    ]);
    assert.equal(edited, lines('{', '  "a": 2,', '  "c": {', '    "d": 4,', '    "e": 5', '  }', '}'));
  });

  it('refuses a text that is not JSON', () => {
    assert.throws(() => editJson('{"a":1,}', [{ path: ['a'], value: 2 }]), SyntaxError);
  });

  const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null)) as fc.Arbitrary<JsonValue>;
  const key = fc.oneof(fc.constantFrom('id', 'status', 'a b', '1', '__proto__'), fc.string({ maxLength: 4 }));
  const { document } = fc.letrec<{ document: JsonValue; value: JsonValue }>(tie => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('document')),
    document: fc
      .uniqueArray(fc.tuple(key, tie('value')), { selector: ([name]) => name, maxLength: 5 })
      .map(entries => Object.fromEntries(entries)),
  }));
  const layout = fc.constantFrom<(value: JsonValue) => string>(
    value => JSON.stringify(value),
    value => JSON.stringify(value, null, 2),
    value => JSON.stringify(value, null, '\t'),
    value => `${JSON.stringify(value, null, 4).replaceAll('\n', '\r\n')}\r\n`,
    value => JSON.stringify(value, null, 1).replaceAll('\n', ' '),
  );

  /** Every way to a value in a document. */
  function paths(value: JsonValue): (string | number)[][] {
    const entries: [string | number, JsonValue][] = Array.isArray(value)
      ? value.map((item, index) => [index, item])
      : value !== null && typeof value === 'object'
        ? Object.entries(value)
        : [];
    return entries.flatMap(([name, inner]) => [[name], ...paths(inner).map(rest => [name, ...rest])]);
  }

  it('changes one value of any document and not one byte around it', () => {
    fc.assert(
      fc.property(document, layout, leaf, fc.nat(), (value, write, replacement, pick) => {
        const ways = paths(value);
        const way = ways[pick % Math.max(ways.length, 1)];
        if (!way) return;
        const text = write(value);
        const edited = editJson(text, [{ path: way, value: replacement }]);
        assert.deepEqual(at(JSON.parse(edited) as JsonValue, way), at(JSON.parse(JSON.stringify(replacement)) as JsonValue, []));
        // Putting the old value back the same way gives the old text, wherever that value is a leaf.
        const old = at(value, way);
        if (old === null || typeof old !== 'object') {
          assert.equal(editJson(edited, [{ path: way, value: old }]), text);
          let head = 0;
          while (head < text.length && text[head] === edited[head]) head++;
          let tail = 0;
          while (tail < text.length - head && tail < edited.length - head && text.at(-1 - tail) === edited.at(-1 - tail)) tail++;
          assert.ok(text.length - head - tail <= JSON.stringify(old).length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes back what it added to any object, byte for byte', () => {
    fc.assert(
      fc.property(document, layout, leaf, (value, write, added) => {
        const text = write(value);
        const edited = editJson(text, [{ path: ['new key'], value: added }]);
        const parsed = JSON.parse(edited) as Record<string, JsonValue>;
        assert.deepEqual(Object.keys(parsed), Object.keys(JSON.parse(JSON.stringify({ ...(value as object), 'new key': 0 })) as object));
        const removed = editJson(edited, [{ path: ['new key'], value: undefined }]);
        if (Object.keys(value as object).length > 0) assert.equal(removed, text);
        else assert.deepEqual(JSON.parse(removed), {});
      }),
      { numRuns: 500 },
    );
  });

  function at(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
    return path.reduce<JsonValue | undefined>((inner, name) => (inner as Record<string | number, JsonValue> | undefined)?.[name], value);
  }
});
