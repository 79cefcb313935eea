import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { editTaskFile } from '../../../../../src/domain/sources/taskFiles/editTaskFile';
import { statusOf } from '../../../../../src/domain/sources/taskFiles/statusWords';
import { readTaskFile } from '../../../../../src/domain/sources/taskFiles/taskFile';
import { taskStatuses, type TaskStatus } from '../../../../../src/domain/taskStatus';

function edited(text: string, status: TaskStatus, report?: string, siblings: readonly string[] = []): string {
  const result = editTaskFile(text, { status, report }, siblings);
  assert.ok(result.ok, JSON.stringify(result));
  return result.text;
}

const file = (status: string, body = '') =>
  `---\n# who\nid: a/b # the id\n${status}\ntags: [ x,y ]\n---\n\n## Description\n\nDo it.\n${body}`;

describe('editTaskFile', () => {
  it('changes the letters of the status and nothing else', () => {
    assert.equal(edited(file("status:   'pending'   # now"), 'completed'), file("status:   'completed'   # now"));
    assert.equal(edited(file('status: "todo"'), 'completed'), file('status: "done"'));
    assert.equal(edited(file('status: Open'), 'completed'), file('status: Closed'));
    assert.equal(edited(file('status: pending'), 'in_progress'), file('status: in-progress'));
    assert.equal(edited(file('status: pending'), 'cancelled'), file('status: cancelled'));
    assert.equal(edited('---\r\n{ id: a, status: pending }\r\n---\r\n', 'completed'), '---\r\n{ id: a, status: completed }\r\n---\r\n');
  });

  it('leaves a word that says the same already', () => {
    for (const [word, status] of [
      ['done', 'completed'],
      ['In Progress', 'in_progress'],
      ['canceled', 'cancelled'],
      ['on-hold', 'blocked'],
    ] as const) {
      assert.equal(edited(file(`status: ${word}`), status), file(`status: ${word}`));
    }
    assert.equal(edited(file('depends_on: []'), 'pending'), file('depends_on: []'));
  });

  it('uses the word that most files beside it use', () => {
    const siblings = ['pending', 'done', 'completed', 'done', 'in_progress'];
    assert.equal(edited(file('status: pending'), 'completed', undefined, siblings), file('status: done'));
    assert.equal(edited(file('status: pending'), 'in_progress', undefined, siblings), file('status: in_progress'));
    assert.equal(edited(file('status: pending'), 'in_progress', undefined, ['not_started']), file('status: in_progress'));
  });

  it('tells failed from blocked by the report', () => {
    assert.match(edited(file('status: pending'), 'blocked', 'Failed: the tests do not pass.'), /^status: failed$/m);
    assert.match(edited(file('status: pending'), 'blocked', 'Which port?'), /^status: blocked$/m);
    assert.match(edited(file('status: failed'), 'blocked', 'Which port?'), /^status: blocked$/m);
  });

  it('gives a file without a status one, and fills in an empty one', () => {
    assert.equal(edited('---\nid: a\n---\ntext', 'completed'), '---\nid: a\nstatus: completed\n---\ntext');
    assert.equal(edited('---\r\nid: a\r\n---\r\n', 'completed'), '---\r\nid: a\r\nstatus: completed\r\n---\r\n');
    assert.equal(edited('---\nstatus:\nid: a\n---\n', 'completed'), '---\nstatus: completed\nid: a\n---\n');
    assert.equal(edited('---\nstatus:   # none\nid: a\n---\n', 'completed'), '---\nstatus: completed   # none\nid: a\n---\n');
  });

  it('puts a report into the part for it, in place of a note that somebody will', () => {
    const before = file(
      'status: pending',
      '\n## Notes\n\n> To be filled by implementation agent\n\n## Summary\n\n> To be filled on completion',
    );
    assert.equal(
      edited(before, 'completed', 'Built\n# it.'),
      file('status: completed', '\n## Notes\n\n> To be filled by implementation agent\n\n## Summary\n\nBuilt # it.\n'),
    );
    assert.equal(
      edited(before, 'blocked', 'Which port?'),
      file('status: blocked', '\n## Notes\n\nBlocked: Which port?\n\n## Summary\n\n> To be filled on completion'),
    );
  });

  it('puts a report behind what is written there, or makes the part', () => {
    const before = file('status: pending', '\n## Notes\n\nTried twice.\n\n## References\n\n- x\n');
    assert.equal(
      edited(before, 'blocked', 'Failed: no disk.'),
      file('status: failed', '\n## Notes\n\nTried twice.\n\nFailed: no disk.\n\n## References\n\n- x\n'),
    );
    assert.equal(edited(before, 'completed', '# Done'), `${before.replace('pending', 'completed')}\n## Summary\n\n\\# Done\n`);
  });

  it('takes a heading in fenced code for code', () => {
    const before = file('status: pending', '\n```md\n## Summary\n```\n');
    assert.equal(edited(before, 'completed', 'Built.'), `${before.replace('pending', 'completed')}\n## Summary\n\nBuilt.\n`);
  });

  it('refuses with a place what it cannot change alone', () => {
    for (const [text, line] of [
      ['no front matter', 1],
      ['---\nid: a\nstatus: pending', 1],
      ['---\nid: a\nstatus: [x]\n---\n', 3],
      ['---\nid: a\nstatus: |\n  pending\n---\n', 3],
      ['---\nid: a\nstatus: &word pending\nother: *word\n---\n', 3],
      ['---\nid: a\nid: b\nstatus: pending\n---\n', 3],
    ] as const) {
      const result = editTaskFile(text, { status: 'completed' }, []);
      assert.equal(result.ok ? 'changed' : result.fault.position.line, line, text);
    }
  });

  describe('whatever the file looks like', () => {
    const word = fc.constantFrom('pending', 'todo', 'In Progress', 'in_progress', 'done', 'COMPLETED', 'blocked', 'failed', 'canceled');
    const filler = fc.constantFrom(
      '# comment',
      'tags: [a,  "b"]',
      'note: >-\n  folded\n  text',
      "name: 'it''s'",
      'x: {a: 1}',
      'due: 2026-01-02',
    );
    const quote = fc.constantFrom('', '"', "'");
    const body = fc.array(fc.constantFrom('## Notes', '## Summary', '# Title', 'text', '', '```', '> To be filled in', '- [ ] a', 'ü 😀'), {
      maxLength: 8,
    });
    const files = fc
      .record({
        above: fc.uniqueArray(filler, { maxLength: 3 }),
        below: fc.uniqueArray(filler, { maxLength: 3 }),
        word,
        quote,
        comment: fc.constantFrom('', ' # why', '   '),
        body,
        end: fc.constantFrom('\n', '\r\n'),
        mark: fc.constantFrom('', '\uFEFF'),
      })
      .map(({ above, below, word: own, quote: mark, comment, body: text, end, mark: bom }) => {
        const behind = below.filter(line => !above.includes(line));
        const prefix = `${bom}${['---', ...above, 'id: a', 'status: '].join('\n')}`.replaceAll('\n', end);
        const suffix = [comment, ...behind, '---', ...text].join('\n').replaceAll('\n', end);
        return { prefix, own, mark, suffix, text: `${prefix}${mark}${own}${mark}${suffix}` };
      });

    it('changes the value of the status only, and reads as before otherwise', () =>
      fc.assert(
        fc.property(files, fc.constantFrom(...taskStatuses), fc.array(word), ({ prefix, mark, suffix, text }, status, siblings) => {
          const after = edited(text, status, undefined, siblings);
          assert.ok(after.startsWith(`${prefix}${mark}`) && after.endsWith(`${mark}${suffix}`), after);
          const front = (all: string) => parse(/---\r?\n([^]*?)\r?\n---/.exec(all)?.[1] ?? '') as Readonly<Record<string, unknown>>;
          const { status: now, ...others } = front(after);
          const { status: _before, ...othersBefore } = front(text);
          assert.equal(statusOf(String(now)), status);
          assert.deepEqual(others, othersBefore);
        }),
      ));

    it('writes a report once, and gives it back', () =>
      fc.assert(
        fc.property(files, fc.constantFrom('Built it.', '# no heading', '- list', '1. one', '``` fence'), ({ text }, report) => {
          const once = edited(text, 'completed', report);
          assert.equal(edited(once, 'completed', report), once);
          assert.equal(once.replaceAll('\r', '').split(`\n${escaped(report)}\n`).length, 2, once);
        }),
      ));
  });

  it('keeps the report that a file is read with', () => {
    const { task } = readTaskFile({ path: 'tasks/a.md', text: edited(file('status: pending'), 'blocked', 'Which port?') }, 'tasks');
    assert.equal(task?.report, 'Blocked: Which port?');
    const done = readTaskFile({ path: 'tasks/a.md', text: edited(file('status: pending'), 'completed', 'Built it.') }, 'tasks');
    assert.equal(done.task?.report, 'Built it.');
  });
});

const escaped = (report: string) => report.replace(/^(?=[-#`])/, '\\').replace(/^1\./, '1\\.');
