import assert from 'node:assert/strict';
import { draftFiles, parseDraft, type ChangeDraft } from '../../../src/domain/specs/changeDraft';

const draft: ChangeDraft = {
  id: 'add-search',
  proposal: '## Why\n\nx\n\n\n',
  tasks: '## 1. A\n\n- [ ] 1.1 b',
  specs: [{ capability: 'search', text: '## ADDED Requirements' }],
};
const read = (value: unknown, taken: readonly string[] = []) => parseDraft(JSON.stringify(value), new Set(taken));

describe('A drafted change', () => {
  it('becomes the files of an OpenSpec change, each with one line end at its end', () => {
    assert.deepEqual(read(draft), { kind: 'draft', draft: { ...draft, proposal: '## Why\n\nx' } });
    assert.deepEqual(
      draftFiles({ ...draft, design: 'D\n' }).map(({ path, text }) => [path, text]),
      [
        ['proposal.md', '## Why\n\nx\n'],
        ['tasks.md', '## 1. A\n\n- [ ] 1.1 b\n'],
        ['design.md', 'D\n'],
        ['specs/search/spec.md', '## ADDED Requirements\n'],
      ],
    );
  });

  for (const [name, value, problem, taken] of [
    ['whose id leaves its folder', { ...draft, id: '../x' }, /^id: words in lower case/, []],
    ['whose id is taken', draft, /^there is a change "add-search" already/, ['add-search']],
    ['that would be the archive', { ...draft, id: 'archive' }, /^there is a change "archive" already/, []],
    ['whose capability leaves its folder', { ...draft, specs: [{ capability: 'a/b', text: 'x' }] }, /^specs\.0\.capability: words/, []],
    ['with a capability twice', { ...draft, specs: [...draft.specs, ...draft.specs] }, /^capability "search" is there twice$/, []],
    ['without a specification', { ...draft, specs: [] }, /^specs: /, []],
    ['with nothing to do', { ...draft, tasks: '## 1. A\n\n- [x] 1.1 b' }, /^tasks: no line of it is a box to tick/, []],
    ['that is something else', [], /^the answer: /, []],
  ] as const) {
    it(`${name} is not taken, and says why`, () => {
      const answer = read(value, taken);
      const problems = answer.kind === 'wrong' ? answer.problems : [];
      assert.match(problems[0] ?? 'it was taken', problem);
    });
  }
});
