import assert from 'node:assert/strict';
import { readSafeExit, safeExitSince } from '../../../../../src/domain/sources/taskFiles/safeExit';

describe('readSafeExit', () => {
  const text = (status: string, notes: string) =>
    `---\nid: api/auth\nstatus: ${status}\n---\n\n## Notes\n\n${notes}\n\n## Summary\n\n> To be filled\n`;

  it('gives the reason that a blocked task names in its notes', () => {
    assert.deepEqual(readSafeExit(text('blocked', 'Tried it.\n\n**Blocked:** the schema\nis missing.')), {
      id: 'api/auth',
      reason: 'the schema is missing.',
      notes: 'Tried it.\n\n**Blocked:** the schema\nis missing.',
    });
    assert.equal(readSafeExit(text('failed', 'Failed: three times.'))?.reason, 'three times.');
    assert.equal(readSafeExit(text('blocked', 'Wrong directory.'))?.reason, 'Wrong directory.');
  });

  it('has no reason where there are no notes', () => {
    assert.deepEqual(readSafeExit('---\nstatus: blocked\n---\n'), { id: '', reason: undefined, notes: '' });
    assert.equal(readSafeExit(text('blocked', '> To be filled by implementation agent'))?.reason, undefined);
  });

  it('is one since the file was given out when its status or its notes say so newly, and each of them will do', () => {
    const open = text('in-progress', '');
    assert.equal(safeExitSince(open, text('blocked', 'Wrong directory.')), 'Wrong directory.');
    assert.equal(safeExitSince(open, text('blocked', '')), 'Its task file says that it is blocked, and not why.');
    assert.equal(safeExitSince(open, text('in-progress', 'Blocked: no schema')), 'no schema');
    assert.equal(safeExitSince(undefined, text('blocked', 'Blocked: no schema')), 'no schema');
    const left = text('blocked', 'Blocked: no schema');
    assert.equal(safeExitSince(left, left), undefined);
    assert.equal(safeExitSince(left, text('blocked', 'Blocked: no schema\n\nTried it again.')), undefined);
    assert.equal(safeExitSince(left, text('in-progress', 'Blocked: no schema\n\nBlocked: no port')), 'no port');
    assert.equal(safeExitSince(open, text('in-progress', 'Half of it.')), undefined);
    assert.equal(safeExitSince(open, text('completed', 'It was blocked: no more.')), undefined);
    assert.equal(safeExitSince(open, 'half-written'), undefined);
  });

  it('is none of a task that goes on, and of no task', () => {
    assert.equal(readSafeExit(text('in-progress', 'Blocked: no')), undefined);
    assert.equal(readSafeExit('Blocked: no'), undefined);
    assert.equal(readSafeExit('---\nstatus: [\n---\n'), undefined);
  });
});
