import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolveByRule } from '../../../../src/domain/merge/conflictRules';

/** What a text says apart from line ends and the spaces around its lines, told in another way than the rule does. */
const meaning = (text: string) => {
  const words = text.split(/\r?\n/).map(line => line.trim());
  return (words.at(-1) === '' ? words.slice(0, -1) : words).join('\n');
};

const line = fc.tuple(
  fc.constantFrom('', ' ', '\t', '    '),
  fc.constantFrom('a', 'b', 'f(x)', 'a  b', '}', ''),
  fc.constantFrom('', ' ', '\t'),
);
const text = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 5 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, end]) => lines.map(parts => parts.join('') + end).join(''));

describe('A conflict that a rule resolves', () => {
  const rows: readonly [string, string, string | undefined, string, string, ReturnType<typeof resolveByRule>][] = [
    ['the same change twice', 'a.bin', 'x\n', 'y\n', 'y\n', { rule: 'identical', side: 'ours' }],
    ['the same new file with other line ends', 'a.py', undefined, 'y\n', 'y\r\n', { rule: 'line ends', side: 'ours' }],
    ['line ends on one side, a change on the other', 'notes', 'a\n', 'a\r\n', 'b\n', { rule: 'line ends', side: 'theirs' }],
    ['indentation on one side, a change on the other', 'a.ts', 'f();\n', '  f();\n', 'g();\n', { rule: 'whitespace', side: 'theirs' }],
    ['a change on one side, trailing spaces on the other', 'a.ts', 'f();\n', 'g();\n', 'f();  \n', { rule: 'whitespace', side: 'ours' }],
    ['the same change, indented in two ways', 'a.json', '{}', '{\n  "a": 1\n}', '{\n\t"a": 1\n}', { rule: 'whitespace', side: 'ours' }],
    ['two changes', 'a.ts', 'f();\n', 'g();\n', 'h();\n', undefined],
    ['spaces within a line', 'a.ts', 'f("a b");\n', 'f("a  b");\n', 'g("a b");\n', undefined],
    ['indentation where it has a meaning', 'a.py', 'if x:\n  f()\n  g()\n', 'if x:\n  f()\ng()\n', 'if x:\n  f()\n  h()\n', undefined],
    ['indentation in a text over several lines', 'a.ts', 'f(`\na\n`);\n', 'f(`\n  a\n`);\n', 'g(`\na\n`);\n', undefined],
    ['a space behind a backslash', 'a.c', '#define A \\\n1\n', '#define A \\ \n1\n', '#define A \\\n2\n', undefined],
    ['a file of which nobody knows what it means', 'Makefile', 'a:\n\tb\n', 'a:\n    b\n', 'a:\n\tc\n', undefined],
    ['a binary file, of which one side changed line ends', 'a.ts', '\0\n', '\0\r\n', '\0b\n', undefined],
    ['two new files', 'a.ts', undefined, 'a\n', 'b\n', undefined],
  ];
  for (const [name, path, base, ours, theirs, wanted] of rows) {
    it(`${wanted ? 'is' : 'is not'}: ${name}`, () => assert.deepEqual(resolveByRule(path, { base, ours, theirs }), wanted));
  }

  it('never has a real difference: the side that is given up says what the base or the other side says', () => {
    const paths = fc.constantFrom('a.ts', 'a.py', 'b', 'c.md', 'd.json');
    fc.assert(
      fc.property(paths, fc.option(text, { nil: undefined }), text, text, (path, base, ours, theirs) => {
        const ruled = resolveByRule(path, { base, ours, theirs });
        if (!ruled) return;
        const [taken, given] = ruled.side === 'ours' ? [ours, theirs] : [theirs, ours];
        const said = [taken, ...(base === undefined ? [] : [base])].map(meaning);
        assert.ok(said.includes(meaning(given)), JSON.stringify({ ruled, base, ours, theirs }));
        if (path !== 'a.ts' && path !== 'd.json') {
          const exact = [taken, ...(base === undefined ? [] : [base])].map(each => each.replace(/\r\n/g, '\n').replace(/\n$/, ''));
          assert.ok(exact.includes(given.replace(/\r\n/g, '\n').replace(/\n$/, '')), 'spaces have a meaning there');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is never one in which both sides and the base all say something else', () => {
    fc.assert(
      fc.property(text, text, text, (base, ours, theirs) => {
        fc.pre(new Set([base, ours, theirs].map(meaning)).size === 3);
        assert.equal(resolveByRule('a.ts', { base, ours, theirs }), undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
