import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anchorOf, messageOf, reviewCommentSchema, threadOf, type ReviewComment } from '../../../../src/domain/review/reviewComments';
import { batchNode, repository, stageNode, taskNode, threadNode } from '../../../support/planNodes';

const comment = (change: Partial<ReviewComment> = {}): ReviewComment => ({
  ...{ id: 'c', node: '01.01.01', folder: '/w', path: 'src/a.ts', revision: '0123456789abcdef', before: false, onDisk: false },
  ...{ line: 3, quote: '  const a = 1;', text: 'Call it b.', outdated: false, at: '2026-01-20T21:30:00.000Z' },
  ...change,
});

describe('A comment of a review', () => {
  it('reaches the agent with its place, its line as it stood there, and its commit', () => {
    assert.equal(
      messageOf([comment(), comment({ line: null, revision: null, path: 'b.md', text: 'Shorter.\n', before: true })]),
      [
        'A person looked at your changes and left 2 comments. Do what is asked for, commit nothing by hand, and report again when you are done.',
        '1. src/a.ts:3 (at 0123456789)\n>   const a = 1;\nCall it b.',
        '2. b.md (in the worktree as it was then, the file as it was before your changes, the file as a whole)\nShorter.',
      ].join('\n\n'),
    );
  });

  it('says in the message that its line is gone, and cannot be given a second line by a path', () => {
    const text = messageOf([comment({ outdated: true, path: 'a\n2. fake.ts' })]);
    assert.match(text, /left a comment\. /);
    assert.match(text, /that line has changed or is gone since/);
    assert.equal(text.split('\n').filter(line => line.startsWith('2.')).length, 0);
  });

  it('stays at its line while that says the same, moves to the nearest that does, and is outdated where none does', () => {
    const lines = ['x', 'same', 'y', 'z', 'same'];
    assert.equal(anchorOf({ line: 2, quote: 'same' }, lines), 2);
    assert.equal(anchorOf({ line: 4, quote: 'same' }, lines), 5);
    assert.equal(anchorOf({ line: 1, quote: 'same' }, lines), 2);
    assert.equal(anchorOf({ line: 2, quote: 'gone' }, lines), undefined);
    assert.equal(anchorOf({ line: 9, quote: '' }, lines), undefined);
    assert.equal(anchorOf({ line: null, quote: '' }, []), null);
  });

  it('follows its line through whatever is written above it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '')), fc.array(fc.constantFrom('c', 'd', '')), (above, before) => {
        const lines = [...above, ...before, 'the line', 'after'];
        assert.equal(anchorOf({ line: before.length + 1, quote: 'the line' }, lines), above.length + before.length + 1);
      }),
    );
  });

  it('is for the thread that was reviewed, of several for the last one that changed the file, and for none that nobody can tell', () => {
    const changed = (id: string, path: string, startedAt: string) =>
      threadNode(id, [
        taskNode(`${id}.01`, {
          attempts: [
            {
              ...{ id: `${id}.01#1`, task: `${id}.01`, thread: id, run: 'r', number: 1, record: 'x', agent: 'a', model: null, base: 'b' },
              ...{ startedAt, changes: [{ path, change: 'modified' as const }] },
            },
          ],
        }),
      ]);
    const { stream } = repository('/repo', [
      stageNode('01', [batchNode('01.01', [changed('01.01.01', 'a', '2'), changed('01.01.02', 'a', '3'), changed('01.01.03', 'b', '4')])]),
    ]);
    assert.ok(stream);
    const of = (node: string, path: string) => threadOf(stream, { node, path })?.id;
    assert.equal(of('01.01.01', 'zzz'), '01.01.01');
    assert.equal(of('01.01.01.01', 'zzz'), '01.01.01');
    assert.equal(of('01.01', 'a'), '01.01.02');
    assert.equal(of('01', 'b'), '01.01.03');
    assert.equal(of(stream.id, 'a'), '01.01.02');
    assert.equal(of('01', 'zzz'), undefined);
  });

  it('keeps what a newer program wrote with it', () => {
    assert.deepEqual(reviewCommentSchema.parse({ ...comment(), mood: 'good' }), { ...comment(), mood: 'good' });
  });
});
