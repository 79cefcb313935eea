import assert from 'node:assert/strict';
import { readIssues } from '../../../../../src/domain/sources/beads/readIssues';

const read = (...lines: readonly string[]) => readIssues('.beads/issues.jsonl', lines.join('\n'));
const problems = (...lines: readonly string[]) =>
  read(...lines).problems.map(({ severity, message, at }) => `${severity} ${at?.line ?? 0}:${at?.column ?? 0} ${message}`);
const a = '{"id":"app-a","title":"A"}';

describe('readIssues', () => {
  it('reads an issue with every field that beads knows', () => {
    const record = {
      id: 'app-a.1',
      title: 'T',
      description: 'D',
      design: 'how',
      acceptance_criteria: '- [ ] x',
      notes: 'N',
      status: 'in_progress',
      priority: 0,
      issue_type: 'bug',
      created_at: '2025-12-07T16:48:32.082776345-07:00',
      assignee: 'me',
      labels: ['l'],
      external_ref: 'gh-9',
      estimated_minutes: 30,
      due_at: '2026-01-01T00:00:00Z',
      defer_until: null,
      close_reason: 'r',
      content_hash: 'x',
      compaction_level: 1,
      dependencies: [{ issue_id: 'app-a.1', depends_on_id: 'app-a', type: 'parent-child', metadata: '{}' }, { depends_on_id: 'app-b' }],
      comments: [{ id: 1, text: 'c' }],
      blocked_by: ['app-b', 'app-c'],
    };
    assert.deepEqual(read('', JSON.stringify(record), '').issues, [
      {
        id: 'app-a.1',
        title: 'T',
        description: 'D',
        design: 'how',
        acceptance: '- [ ] x',
        notes: 'N',
        status: 'in_progress',
        priority: 0,
        type: 'bug',
        assignee: 'me',
        labels: ['l'],
        externalRef: 'gh-9',
        estimatedMinutes: 30,
        dueAt: '2026-01-01T00:00:00Z',
        deferUntil: undefined,
        closeReason: 'r',
        comments: ['c'],
        links: [
          { on: 'app-a', type: 'parent-child' },
          { on: 'app-b', type: 'blocks' },
          { on: 'app-c', type: 'blocks' },
        ],
        line: 2,
      },
    ]);
    const [least] = read(`\uFEFF${a}\r`).issues;
    assert.deepEqual([least?.status, least?.priority, least?.type, least?.links], ['open', 2, 'task', []]);
  });

  it('counts what it leaves out, by kind', () => {
    const lines = [
      '{"_type":"memory","id":"m","x":1}',
      '{"_type":"memory","y":[]}',
      '{"_type":{"odd":1},"id":"z"}',
      '{"title":"nobody"}',
      '{"id":"t","title":"","status":"tombstone"}',
      '{"id":"e","title":"w","ephemeral":true}',
      '{"id":"p","title":"p","is_template":true}',
      '{"_type":"issue","id":"app-a","title":"A"}',
    ];
    assert.deepEqual(
      read(...lines).issues.map(({ id }) => id),
      ['app-a'],
    );
    assert.deepEqual(problems(...lines), [
      'warning 1:0 Left out of .beads/issues.jsonl: 2 of kind "memory", 1 of kind {"odd":1}, 1 without an id, 1 deleted, 1 ephemeral, 1 that are templates.',
    ]);
  });

  it('names lines that are not JSON, no issue, or half written', () => {
    assert.deepEqual(problems(a, '{"id": "x", }', '{"id":"app-b","title":7,"priority":"high"}', '[1]', '{"id":"app-c","ti'), [
      'error 2:13 This line is not JSON: a property name in double quotes is expected.',
      'error 3:1 This is no issue of beads: "title": Invalid input: expected string, received number, and 1 more fault.',
      'error 4:1 This is no issue of beads: Invalid input: expected object, received array.',
      'error 5:15 The last line is only half of a record: the file was not written to its end: a string is not closed on its line.',
    ]);
    assert.match(problems('{"id":"x","title":"","priority":5}')[0] ?? '', /^error 1:1 .*"priority"/);
  });

  it('takes two equal lines for one, and names both lines of two that differ', () => {
    assert.deepEqual(problems(a, '{"title":"A","id":"app-a"}'), []);
    assert.equal(read(a, a).issues.length, 1);
    assert.deepEqual(problems(a, '', '{"id":"app-a","title":"B"}'), [
      'error 3:1 "app-a" is there twice: in line 1 and, with other words, in line 3. Take one of them out.',
    ]);
  });

  it('does not take the sides of an unresolved merge for issues', () => {
    assert.deepEqual(
      problems('<<<<<<< HEAD', a, '=======', '>>>>>>> b'),
      [1, 3, 4].map(line => `error ${line}:1 The markers of an unresolved merge conflict are in the file.`),
    );
  });
});
