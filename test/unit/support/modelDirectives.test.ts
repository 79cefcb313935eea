import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DirectiveError, parseTurns } from '../../support/modelDirectives';

const actions = (text: string) => parseTurns(text).map(({ action }) => action);

describe('parseTurns', () => {
  it('reads one-line directives between lines of commentary', () => {
    const text = ['First the greeting.', '[[write hello.txt|hi there]]', '', '[[bash node --test]]', '[[say All done.]]'].join('\n');
    assert.deepEqual(actions(text), [
      { verb: 'call', tool: 'write', input: { filePath: 'hello.txt', content: 'hi there\n' } },
      { verb: 'call', tool: 'bash', input: { command: 'node --test', description: 'Runs a command of the script' } },
      { verb: 'say', text: 'All done.' },
    ]);
  });

  it('keeps code in a block as it is, brackets, blank lines and all', () => {
    const code = ['const grid = [[1, 2], [3, 4]];', '', '  if (grid[grid[0][0]]) {', '\t// [[say no]]', '  }'];
    assert.deepEqual(actions(['[[write src/grid.js', ...code, ']]'].join('\n')), [
      { verb: 'call', tool: 'write', input: { filePath: 'src/grid.js', content: `${code.join('\n')}\n` } },
    ]);
  });

  it('gives back any content through a block, once lines that are exactly "]]" are escaped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom(']]', '\\]]', '[[say', '\\\\]]'), fc.string({ unit: 'binary' }))),
        lines => {
          const content = lines.map(line => line.replace(/[\r\n]/g, ''));
          fc.pre(content.join('\n') !== '');
          const block = content.map(line => (/^\\*\]\]$/.test(line) ? `\\${line}` : line));
          assert.deepEqual(actions(['[[write a', ...block, ']]'].join('\n')), [
            { verb: 'call', tool: 'write', input: { filePath: 'a', content: `${content.join('\n')}\n` } },
          ]);
        },
      ),
    );
  });

  it('reads an edit as old text, "=======", new text', () => {
    assert.deepEqual(actions(['[[edit a.js', 'one', '', '=======', 'two', ']]', '[[edit b.js|x => y]]'].join('\n')), [
      { verb: 'call', tool: 'edit', input: { filePath: 'a.js', oldString: 'one\n', newString: 'two' } },
      { verb: 'call', tool: 'edit', input: { filePath: 'b.js', oldString: 'x', newString: 'y' } },
    ]);
  });

  it('reads a call of any tool with its JSON, on one line or in a block', () => {
    assert.deepEqual(
      actions(['[[tool task {"a":[[1]]}]]', '[[tool todowrite', '{', '"todos": []', '}', ']]', '[[tool work_tasks]]'].join('\n')),
      [
        { verb: 'call', tool: 'task', input: { a: [[1]] } },
        { verb: 'call', tool: 'todowrite', input: { todos: [] } },
        { verb: 'call', tool: 'work_tasks', input: {} },
      ],
    );
  });

  it('makes what stands before a turn part of it', () => {
    const text = [
      '[[status 429 2 | slow down]]',
      '[[status 503 1]]',
      '[[think Hm.]]',
      '[[tell I start.]]',
      '[[barrier 8]]',
      '[[gate]]',
      '[[pace 250]]',
    ];
    const [turn, ...rest] = parseTurns([...text, '[[usage input=5 output=7]]', '[[hang]]'].join('\n'));
    assert.deepEqual(rest, []);
    assert.deepEqual(turn, {
      failures: [
        { status: 429, times: 2, message: 'slow down' },
        { status: 503, times: 1, message: 'scripted failure 503' },
      ],
      barrier: 8,
      gate: true,
      pace: 250,
      reasoning: 'Hm.',
      preface: 'I start.',
      usage: { input: 5, output: 7 },
      action: { verb: 'hang' },
    });
  });

  it('reads a stream as chunks', () => {
    assert.deepEqual(actions(['[[stream one|two]]', '[[stream', 'a', 'b', ']]'].join('\n')), [
      { verb: 'stream', chunks: ['one', 'two'] },
      { verb: 'stream', chunks: ['a\n', 'b\n'] },
    ]);
  });

  const mistakes: readonly [name: string, text: string, says: RegExp][] = [
    ['an unknown verb', '\n[[wriet a|b]]', /^line 2: there is no directive "wriet"/],
    ['a block without an end', '[[write a\ncontent', /^line 1: the block of "write" has no line/],
    ['input that is not JSON', '[[tool x {nonsense}]]', /^line 1: the tool's input is not JSON/],
    ['a write without content', '[[write a]]', /^line 1: a "\|" is missing/],
    ['an edit without its middle', '[[edit a\nx\n]]', /^line 1: an edit wants/],
    ['a status that is no number', '[[status soon]]', /^line 1: "status" wants a number/],
  ];
  for (const [name, text, says] of mistakes) {
    it(`names the line of ${name}`, () => assert.throws(() => parseTurns(text), { name: DirectiveError.name, message: says }));
  }

  it('takes what it does not know for text in a prompt', () => {
    assert.deepEqual(parseTurns('if [[ -f x ]]; then\n[[wiki link]]\n[[write a\nno end', 'prompt'), []);
  });
});
