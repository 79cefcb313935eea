import assert from 'node:assert/strict';
import { bdCommands, typed } from '../../../../../src/domain/sources/beads/bdCommands';
import { readIssues } from '../../../../../src/domain/sources/beads/readIssues';
import type { TaskStatus } from '../../../../../src/domain/taskStatus';

const issue = (id: string, fields: object = {}) => JSON.stringify({ id, title: id, ...fields });
const task = (key: string, status: TaskStatus, report?: string) => ({ key, status, report });
const commands = (lines: readonly string[], ...tasks: readonly ReturnType<typeof task>[]) =>
  bdCommands(readIssues('f', lines.join('\n')).issues, tasks);

describe('bdCommands', () => {
  it('claims, blocks and closes, each with its own arguments', () => {
    const lines = ['a', 'b', 'c', 'd', 'e', 'f'].map(id => issue(id));
    const found = commands(
      lines,
      task('a', 'in_progress'),
      task('b', 'completed', "It's done;\n rm -rf /"),
      task('c', 'blocked', 'why'),
      task('d', 'cancelled', 'no need'),
      task('e', 'pending'),
      task('f', 'completed'),
    );
    assert.deepEqual(found, {
      commands: [
        ['update', 'a', '--status', 'in_progress'],
        ['close', 'b', "--reason=It's done; rm -rf /"],
        ['update', 'c', '--status', 'blocked'],
        ['comments', 'add', 'c', 'Blocked: why'],
        ['close', 'd', '--reason=Cancelled. no need'],
        ['close', 'f'],
      ],
      problems: [],
    });
  });

  it('says nothing that beads says already, and leaves closed what is closed', () => {
    for (const [status, wanted] of [
      ['in_progress', 'in_progress'],
      ['hooked', 'in_progress'],
      ['closed', 'completed'],
      ['closed', 'in_progress'],
      ['closed', 'blocked'],
      ['blocked', 'blocked'],
      ['deferred', 'blocked'],
      ['in_progress', 'pending'],
    ] as const) {
      assert.deepEqual(commands([issue('a', { status })], task('a', wanted)), { commands: [], problems: [] }, `${status} ${wanted}`);
    }
  });

  it('says why something is blocked once, and nothing where nobody said why', () => {
    const before = { id: 1, author: 'a', created_at: '2026-01-01T00:00:00Z' };
    const update = ['update', 'a', '--status', 'blocked'];
    assert.deepEqual(
      commands([issue('a', { comments: [{ ...before, text: 'Blocked: --no port' }] })], task('a', 'blocked', '--no\nport')).commands,
      [update],
    );
    assert.deepEqual(commands([issue('a', { comments: [{ ...before, text: 'Hm.' }] })], task('a', 'blocked', '--no\nport')).commands, [
      update,
      ['comments', 'add', 'a', 'Blocked: --no port'],
    ]);
    assert.deepEqual(commands([issue('a')], task('a', 'blocked', ' ')).commands, [update]);
  });

  it('refuses ids that would be options, and names issues that are gone', () => {
    const found = commands(
      [issue('--help'), issue('-f')],
      task('--help', 'completed'),
      task('-f', 'in_progress'),
      task('gone', 'completed'),
    );
    assert.deepEqual(found.commands, []);
    assert.deepEqual(found.problems, [
      '"--help" is no id that bd can be called with: it would not be taken for one.',
      '"-f" is no id that bd can be called with: it would not be taken for one.',
      '"gone" is not among the issues of beads any more.',
    ]);
  });

  it('claims the whole with its first part and closes it with its last', () => {
    const lines = [issue('e', { issue_type: 'epic' }), issue('e.1'), issue('e.1.1'), issue('e.1.2')];
    assert.deepEqual(commands(lines, task('e.1.1', 'pending'), task('e.1.2', 'pending')).commands, []);
    assert.deepEqual(commands(lines, task('e.1.1', 'completed'), task('e.1.2', 'pending')).commands, [
      ['close', 'e.1.1'],
      ['update', 'e.1', '--status', 'in_progress'],
    ]);
    assert.deepEqual(commands(lines, task('e.1.1', 'completed'), task('e.1.2', 'cancelled')).commands, [
      ['close', 'e.1.1'],
      ['close', 'e.1.2', '--reason=Cancelled.'],
      ['close', 'e.1', '--reason=All its parts are done.'],
    ]);
  });

  it('is written so that a shell reads the same arguments', () => {
    assert.equal(typed(['close', 'app-1.2', "--reason=It's $(done); `x`"]), `bd close app-1.2 '--reason=It'\\''s $(done); \`x\`'`);
    assert.equal(typed(['update', 'a', '--status', 'in_progress']), 'bd update a --status in_progress');
  });
});
