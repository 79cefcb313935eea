import { lockReason } from '../../../../src/domain/worktrees/lockReason';
import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import { isCleanable, isRemovable } from '../../../../src/domain/worktrees/worktreeFacts';
import { deletedRow, worktreeRow } from '../../../../src/domain/worktrees/worktreeRow';
import type { WorktreeFacts } from '../../../../src/domain/worktrees/worktreeFacts';
import { read, someAttempt, someDeleted, someWorktree } from '../../../support/worktreeFacts';

const standing = (ahead: number, behind = 0, merged = false) => ({ branch: 'work/001-sample', ahead, behind, merged });
const attempt = someAttempt();
const worktree = (fields: Partial<WorktreeFacts> = {}) => someWorktree('/r/.worktrees/a', { branch: 'task/a', attempt, ...fields });
const row = (facts: WorktreeFacts, size?: number) => worktreeRow(facts, untranslated, size);

describe('The row of a worktree', () => {
  const table: readonly [what: string, facts: WorktreeFacts, description: string, icon: string, tokens: string][] = [
    ['clean', worktree(), 'clean · Write it · task/a', 'clean', 'worktree attempt present removable'],
    [
      'with commits to merge',
      worktree({ standing: standing(2) }),
      'clean · 2 ahead · Write it · task/a',
      'ahead',
      'worktree attempt present removable',
    ],
    [
      'ahead and behind',
      worktree({ standing: standing(2, 3) }),
      'clean · 2 ahead · 3 behind · Write it · task/a',
      'ahead',
      'worktree attempt present removable',
    ],
    [
      'merged, whatever came after',
      worktree({ standing: standing(0, 4, true) }),
      'clean · merged · Write it · task/a',
      'merged',
      'worktree attempt present removable cleanable',
    ],
    [
      'merged, but changed since',
      worktree({ standing: standing(0, 0, true), condition: read({ changed: 1 }) }),
      '1 change · merged · Write it · task/a',
      'changed',
      'worktree attempt present dirty removable',
    ],
    [
      'with changed and unknown files',
      worktree({ condition: read({ changed: 2, untracked: 1 }) }),
      '3 changes · Write it · task/a',
      'changed',
      'worktree attempt present dirty removable',
    ],
    [
      'in a merge with conflicts',
      worktree({ condition: read({ changed: 2, conflicts: 2, operation: 'merge' }) }),
      'merging · 2 conflicts · 2 changes · Write it · task/a',
      'conflict',
      'worktree attempt present dirty removable',
    ],
    [
      'in a rebase',
      worktree({ condition: read({ operation: 'rebase' }), branch: undefined }),
      'rebasing · Write it · detached at 12345678',
      'operation',
      'worktree attempt present removable',
    ],
    [
      'in which an agent works',
      worktree({ attempt: someAttempt('01.01.01.01', { running: true, number: 3 }), locked: 'mine' }),
      'running · clean · locked · attempt 3 · Write it · task/a',
      'running',
      'worktree attempt present locked running',
    ],
    [
      'whose folder is gone',
      worktree({ condition: { kind: 'missing' } }),
      'folder missing · Write it · task/a',
      'missing',
      'worktree attempt removable',
    ],
    [
      'whose addition was cut off',
      worktree({ condition: { kind: 'unfinished' }, locked: 'initializing' }),
      'unfinished · Write it · task/a',
      'missing',
      'worktree attempt present locked removable',
    ],
    [
      'nobody looked into',
      worktree({ condition: { kind: 'unread' } }),
      'unknown · Write it · task/a',
      'unknown',
      'worktree attempt present removable',
    ],
    [
      'of somebody else',
      worktree({ owner: 'foreign', attempt: undefined, stream: undefined, branch: 'feature', locked: '' }),
      'not ours · clean · locked · feature',
      'foreign',
      'worktree foreign present locked',
    ],
    [
      'that is the main checkout',
      worktree({ owner: 'main', attempt: undefined, branch: 'main', standing: standing(0, 3) }),
      'clean · 3 behind · main',
      'main',
      'worktree main present',
    ],
    [
      'for merges',
      worktree({ owner: 'integration', attempt: undefined, branch: undefined }),
      'clean · detached at 12345678',
      'integration',
      'worktree integration present removable',
    ],
  ];
  for (const [what, facts, description, icon, tokens] of table) {
    it(`tells one ${what}`, () => {
      assert.deepEqual([row(facts).description, row(facts).icon, row(facts).contextValue], [description, icon, tokens]);
    });
  }

  it('is called by its task, its purpose or its folder', () => {
    assert.equal(row(worktree()).label, '01.01.01.01');
    assert.match(row(worktree()).description, /^clean · Write it · /, 'the state comes before the name');
    assert.equal(row(worktree({ attempt: someAttempt('01.01.01.02', { name: undefined }) })).label, '01.01.01.02');
    assert.equal(row(worktree({ owner: 'integration', attempt: undefined })).label, 'Integration of 001-sample');
    assert.equal(row(worktree({ owner: 'resolution', attempt: undefined, resolves: '01.01.02' })).label, 'Conflict of 01.01.02');
    assert.equal(row(worktree({ owner: 'foreign', attempt: undefined, path: 'C:\\code\\other' })).label, 'other');
  });

  it('says the same to those who do not see it, with what kind of row it is', () => {
    assert.equal(
      row(worktree({ standing: standing(1), condition: read({ untracked: 1 }) }), 2048).accessibleLabel,
      'Worktree of task, 01.01.01.01 Write it, 1 change, 1 ahead, branch task/a, 2 KB',
    );
    assert.match(row(worktree({ owner: 'foreign', attempt: undefined })).accessibleLabel, /^Worktree of somebody else, a, not ours, clean/);
  });

  it('tells its size as soon as that is known', () => {
    assert.equal(row(worktree(), 5 * 1024 ** 2).description, 'clean · Write it · 5 MB · task/a');
  });

  it('is one line of readable text, whatever names contain', () => {
    const { label, description } = row(worktree({ branch: 'a\u001b[31mb', attempt: someAttempt('01.01.01.01', { name: 'x\n\u202ey' }) }));
    assert.deepEqual([label, description], ['01.01.01.01', 'clean · x y · ab']);
  });
});

describe('What may be done to a worktree', () => {
  it('never is removal of the main checkout, of somebody else’s, or of one where an agent works', () => {
    assert.deepEqual(
      (['main', 'attempt', 'integration', 'resolution', 'ours', 'foreign'] as const).filter(owner => isRemovable(worktree({ owner }))),
      ['attempt', 'integration', 'resolution', 'ours'],
    );
    assert.equal(isRemovable(worktree({ attempt: someAttempt('01.01.01.01', { running: true }) })), false);
  });

  it('says that it is locked, unless it is by the driver of the agent that works there', () => {
    const described = (locked: string, running: boolean) =>
      worktreeRow(worktree({ attempt: someAttempt('01.01.01.01', { running }), locked }), untranslated).description;
    const ours = lockReason('task 01.01.01.01', 7);
    assert.equal(ours, 'work: task 01.01.01.01 (process 7)');
    assert.doesNotMatch(described(ours, true), /locked/);
    assert.match(described(ours, false), /clean · locked/);
    assert.match(described('mine', true), /running · clean · locked/);
  });

  it('is cleaning only when it is merged, clean, unlocked, idle and was looked into', () => {
    const merged = worktree({ standing: standing(0, 1, true) });
    const others: readonly Partial<WorktreeFacts>[] = [
      { standing: standing(0) },
      { standing: undefined },
      { locked: '' },
      { condition: { kind: 'unread' } },
      { condition: { kind: 'missing' } },
      { condition: read({ untracked: 1 }) },
      { condition: read({ operation: 'bisect' }) },
      { owner: 'ours' },
      { attempt: someAttempt('01.01.01.01', { running: true }) },
    ];
    assert.equal(isCleanable(merged), true);
    assert.deepEqual(
      others.filter(change => isCleanable({ ...merged, ...change })),
      [],
    );
  });
});

describe('The row of a deleted worktree', () => {
  it('tells the task, whether its work is merged, how long ago it went and how big it was', () => {
    const merged = deletedRow(someDeleted('01.01.01.01', { name: 'Write it' }), untranslated, '2h');
    assert.deepEqual(
      [merged.label, merged.description, merged.contextValue],
      ['01.01.01.01', 'merged · 2h ago · 2 KB · Write it', 'snapshot'],
    );
    const unmerged = deletedRow(someDeleted('01.01.01.02', { unmerged: true }), untranslated);
    assert.deepEqual(
      [unmerged.label, unmerged.description, unmerged.contextValue],
      ['01.01.01.02', 'unmerged · 2 KB', 'snapshot unmerged'],
    );
    assert.notEqual(merged.icon, unmerged.icon);
    assert.equal(unmerged.accessibleLabel, 'Deleted worktree, 01.01.01.02, unmerged, 2 KB');
  });
});
