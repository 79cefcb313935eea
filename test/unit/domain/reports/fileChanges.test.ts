import assert from 'node:assert/strict';
import { fileLines, type FileChange } from '../../../../src/domain/reports/fileChanges';

describe('fileLines', () => {
  const cases: readonly (readonly [string, readonly Partial<FileChange>[], string])[] = [
    ['a new file', [{ change: 'added', additions: 3, deletions: 0 }], 'New file, +3 −0'],
    ['a changed file', [{ change: 'modified', additions: 3, deletions: 1 }], 'Modified, +3 −1'],
    ['a deleted file', [{ change: 'deleted', additions: 0, deletions: 4 }], 'Deleted, +0 −4'],
    ['a renamed file', [{ change: 'renamed', from: 'old.ts', additions: 0, deletions: 0 }], 'Renamed from `old.ts`, +0 −0'],
    ['a binary file', [{ change: 'modified' }], 'Modified, binary'],
    [
      'a file of several tasks',
      [
        { change: 'added', additions: 3, deletions: 0, task: '01.01.10.01' },
        { change: 'modified', additions: 2, deletions: 1, task: '01.01.02.01' },
        { change: 'modified', additions: 1, deletions: 1, task: '01.01.10.01' },
      ],
      'New file, +6 −2 (01.01.02.01, 01.01.10.01)',
    ],
    [
      'a file that did not stay',
      [
        { change: 'added', additions: 3, deletions: 0 },
        { change: 'deleted', additions: 0, deletions: 3 },
      ],
      'Deleted, +3 −3',
    ],
  ];
  for (const [what, changes, expected] of cases) {
    it(`says what became of ${what}`, () => {
      assert.deepEqual(fileLines(changes.map(change => ({ path: 'a.ts', change: 'modified', ...change }))), [`- \`a.ts\` - ${expected}`]);
    });
  }

  it('is in the order of the paths', () => {
    const changes = ['b', 'a', 'B', 'b'].map(path => ({ path, change: 'added', additions: 1, deletions: 0 }) as const);
    assert.deepEqual(fileLines(changes), ['- `B` - New file, +1 −0', '- `a` - New file, +1 −0', '- `b` - New file, +2 −0']);
  });
});
