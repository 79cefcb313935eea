import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tickBoxes } from '../../../../../src/domain/sources/openspec/tickBoxes';
import type { TaskStatus } from '../../../../../src/domain/taskStatus';

const file = 'openspec/changes/a/tasks.md';
const task = (key: string, title: string, status: TaskStatus = 'completed') => ({ key, title, status });
const tick = (text: string, ...tasks: readonly ReturnType<typeof task>[]) => tickBoxes(text, tasks, file);

describe('tickBoxes', () => {
  it('ticks what is completed and opens what is to be done again; the rest of the text stays, byte for byte', () => {
    const text = '\uFEFF# T\r\n\r\n-   [ ]  1.1   One  \r\n\t* [X] 1.2 Two\r\n- [ ] 1.3 Three\n\n\n```\n- [ ] 1.1 One\n```';
    const { text: ticked, problems } = tick(text, task('1.1', 'One'), task('1.2', 'Two', 'pending'), task('1.3', 'Three', 'in_progress'));
    assert.equal(ticked, text.replace('-   [ ]  1.1', '-   [x]  1.1').replace('[X] 1.2', '[ ] 1.2'));
    assert.deepEqual(problems, []);
  });

  it('changes nothing where everything is up to date, an upper-case tick included', () => {
    const text = '- [X] 1.1 One\n- [ ] 1.2 Two\n';
    assert.equal(tick(text, task('1.1', 'One'), task('1.2', 'Two', 'blocked')).text, text);
    assert.equal(tick(text, task('1.2', 'Two', 'cancelled')).text, text);
  });

  it('finds a box by its number and words after lines moved and numbers changed', () => {
    const moved = '## 1. A\n- [ ] 1.1 New\n- [ ] 1.2 One\n\nText\n- [ ] 1.3 Two\n';
    const { text, problems } = tick(moved, task('1.1', 'One'), task('1.2', 'Two'));
    assert.equal(text, '## 1. A\n- [ ] 1.1 New\n- [x] 1.2 One\n\nText\n- [x] 1.3 Two\n');
    assert.deepEqual(problems, []);
  });

  it('leaves alone what says something else by now, is gone, or is there twice, and says so', () => {
    const text = '- [ ] 1.1 Rewritten\n- [ ] Same\n## B\n- [ ] Same\n';
    const { text: ticked, problems } = tick(text, task('1.1', 'One'), task('1.2', 'Two'), task('x/Same', 'Same'));
    assert.equal(ticked, text);
    assert.deepEqual(problems, [
      '1.1 says "Rewritten" by now instead of "One": its box was left as it is. Import the plan again to take that up.',
      '1.2 "Two" is not there any more: there was no box to tick.',
      'x/Same "Same" is there more than once: none of them was ticked.',
    ]);
  });

  it('ticks a box when all of its steps are, never what only says how one knows', () => {
    const text = '- [ ] 1.1 A\n  - [ ] 1.1.1 B\n  - [x] 1.1.2 C\n  **Done When:**\n  - [ ] shown\n';
    const ticked = tick(text, task('1.1.1', 'B')).text;
    assert.equal(ticked, text.replace('[ ] 1.1 A', '[x] 1.1 A').replace('[ ] 1.1.1', '[x] 1.1.1'));
    assert.equal(tick(ticked, task('1.1.1', 'B', 'pending')).text, text);
  });

  it('changes boxes of its own tasks only, in any text', () => {
    const line = fc.oneof(
      fc.constantFrom('- [ ] 1.1 One', '  - [x] 1.2 Two', '## 2. B', '```', '**Done when**', '', '\t* [X] Three', '- [ ] 1.1 One'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean(), (lines, end, done) => {
        const text = lines.join(end);
        const { text: ticked } = tick(text, task('1.1', 'One', done ? 'completed' : 'pending'));
        const without = (each: string) => each.replace(/\[[ xX]\] 1\.[12]/g, '[] 1.');
        assert.equal(without(ticked).length, without(text).length);
        assert.equal(ticked.replace(/\[[\sxX]\]/g, '[]'), text.replace(/\[[\sxX]\]/g, '[]'));
      }),
    );
  });
});
