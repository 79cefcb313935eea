import assert from 'node:assert/strict';
import type { ServerEvent } from '../../../../src/runtime/opencode/serverEvent';
import { TurnWatch } from '../../../../src/runtime/opencode/turnWatch';
import { assistantMessage, runningTool, sessionID, textPart, told, toolPart, userMessage } from '../../../support/sessionRecords';

const first = userMessage('msg_1', 'One.');
const second = userMessage('msg_3', 'Two.');
const thinking = (text: string): ServerEvent =>
  told.part({ id: 'prt_text_of_msg_2', sessionID, messageID: 'msg_2', type: 'reasoning', text, time: { start: 1 } });

describe('TurnWatch', () => {
  const watch = (...events: readonly ServerEvent[]) => {
    const turn = new TurnWatch();
    events.forEach(event => turn.heard(event));
    return turn;
  };

  const outputs: readonly { readonly name: string; readonly events: readonly ServerEvent[]; readonly expected: boolean }[] = [
    { name: 'a question', events: first.parts.map(told.part), expected: false },
    { name: 'a thought', events: [thinking(''), told.delta('msg_2', 'Hm.')], expected: false },
    { name: 'a text that has not begun', events: [told.part(textPart('msg_2', '', true))], expected: false },
    { name: 'a text', events: [told.part(textPart('msg_2', '', true)), told.delta('msg_2', 'So.')], expected: true },
    { name: 'a tool', events: [told.part(toolPart('msg_2', runningTool))], expected: true },
  ];
  for (const { name, events, expected } of outputs) {
    it(`takes ${name} for ${expected ? 'output' : 'no output'}`, () => {
      assert.equal(watch(told.message(first), ...events).facts([first]).sawOutput, expected);
    });
  }

  it('forgets a turn when the next begins, and not when an old question is told again', () => {
    const turn = watch(told.message(first), told.error('Bad.'));
    assert.equal(turn.facts([first]).error?.message, 'Bad.');
    assert.equal(turn.facts([first, second]).error, undefined);
    turn.heard(told.message(second));
    assert.equal(turn.facts([first, second]).error, undefined);
    turn.heard(told.error('Worse.'));
    turn.heard(told.message(first));
    assert.equal(turn.facts([first, second]).error?.message, 'Worse.');
  });

  it('keeps what it heard before it knew which turn it is', () => {
    const turn = watch(told.error('Early.'));
    turn.join([first, assistantMessage('msg_2', []), second]);
    assert.equal(turn.facts([first, second]).error?.message, 'Early.');
  });

  it('does not go back to a turn that older messages end with', () => {
    const turn = watch(told.message(second), told.error('New.'));
    turn.rejoin([first]);
    assert.equal(turn.facts([first, second]).error?.message, 'New.');
  });

  it('believes that it is idle only after a while without another word', () => {
    assert.equal(watch(told.message(first), told.status('idle')).facts([first]).saidIdle, false);
    const turn = watch(told.message(first), told.status('idle'), told.status('busy'));
    assert.equal(turn.saidIdle, false);
  });
});
