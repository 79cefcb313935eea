import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commitMessage } from '../../../../src/runtime/git/commitMessage';

describe('A commit message', () => {
  it('is a title, a body and trailers, a blank line between them', () => {
    assert.equal(
      commitMessage('feat(01): x\n- a\n- b\n', { Task: '01', Session: 's' }),
      'feat(01): x\n\n- a\n- b\n\nTask: 01\nSession: s\n',
    );
    assert.equal(commitMessage('feat(01): x'), 'feat(01): x\n');
    assert.equal(commitMessage('', { Task: '01' }), 'Work\n\nTask: 01\n');
  });

  it('ends in exactly our trailers and holds no control character, whatever it is given', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\n', '\r', '\u001b', '\0', ':', ' ', 'Task', '\u2028'), fc.string({ maxLength: 3 })),
    });
    fc.assert(
      fc.property(text, text, text, (message, task, session) => {
        const result = commitMessage(message, { Task: task, Session: session });
        assert.doesNotMatch(result, /[\0-\x09\x0b-\x1f\x7f]/);
        const paragraphs = result.replace(/\n$/, '').split(/\n{2,}/);
        const trailers = paragraphs.at(-1)?.split('\n') ?? [];
        assert.deepEqual(
          trailers.map(line => line.split(':')[0]),
          ['Task', 'Session'],
        );
        assert.equal(paragraphs[0]?.includes('\n'), false);
      }),
    );
  });
});
