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

  it('is superseded by a later message of the user, not by an answer', () => {
    assert.equal(judgePrompt([before, after], sent), 'superseded');
    assert.equal(judgePrompt([bare, after], sent), 'superseded');
    assert.equal(judgePrompt([bare, answer], sent), 'partial');
  });
});
