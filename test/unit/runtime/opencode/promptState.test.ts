import assert from 'node:assert/strict';
import { newMessageId } from '../../../../src/runtime/opencode/messageIds';
import { judgePrompt } from '../../../../src/runtime/opencode/promptState';
import { assistantMessage, textPart, userMessage } from '../../../support/sessionRecords';

describe('judgePrompt', () => {
  const [earlier, asked, later] = [newMessageId(), newMessageId(), newMessageId()];
  const sent = { messageId: asked, partIds: [`prt_of_${asked}`] };
  const before = userMessage(earlier, 'Before.');
  const prompt = userMessage(asked, 'Do it.');
  const after = userMessage(later, 'After.');
  const answer = assistantMessage('msg_9', [textPart('msg_9', 'Done.')]);
  const bare = { ...prompt, parts: [] };

  it('is absent where only earlier messages are', () => {
    assert.equal(judgePrompt([], sent), 'absent');
    assert.equal(judgePrompt([before, answer], sent), 'absent');
  });

  it('is partial while one of its parts is missing', () => {
    assert.equal(judgePrompt([before, answer, bare], sent), 'partial');
    assert.equal(judgePrompt([prompt], { ...sent, partIds: [...sent.partIds, 'prt_another'] }), 'partial');
  });

  it('is stored with all its parts, whatever came later', () => {
    assert.equal(judgePrompt([before, answer, prompt], sent), 'stored');
    assert.equal(judgePrompt([prompt, answer, after], sent), 'stored');
  });

  it('is absent though the clock was set back and earlier messages look later, when it is known which ones were there', () => {
    assert.equal(judgePrompt([after, answer], { ...sent, after: later }), 'absent');
    assert.equal(judgePrompt([before, after], { ...sent, after: earlier }), 'superseded');
    assert.equal(judgePrompt([before], { ...sent, after: null }), 'superseded', 'though it looks earlier');
    assert.equal(judgePrompt([], { ...sent, after: null }), 'absent');
    assert.equal(judgePrompt([before, after], { ...sent, after: 'msg_that_was_deleted' }), 'superseded', 'by its time');
  });

  it('is superseded by a later message of the user, not by an answer', () => {
    assert.equal(judgePrompt([before, after], sent), 'superseded');
    assert.equal(judgePrompt([bare, after], sent), 'superseded');
    assert.equal(judgePrompt([bare, answer], sent), 'partial');
  });
});
