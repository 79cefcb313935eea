import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Activity } from '../../../../src/runtime/opencode/activity';
import { ActivityStream } from '../../../../src/runtime/opencode/activityStream';
import type { ServerEvent } from '../../../../src/runtime/opencode/serverEvent';
import {
  assistantMessage,
  finishedTool,
  runningTool,
  sessionID,
  stepPart,
  textPart,
  told,
  toolPart,
  userMessage,
} from '../../../support/sessionRecords';

const user = userMessage('msg_1', 'Do it.');
const answer = assistantMessage('msg_2', [toolPart('msg_2', finishedTool), textPart('msg_2', 'Done it.'), stepPart('msg_2')]);
const textOf = (activities: readonly Activity[]) =>
  activities.flatMap(activity => (activity.type === 'text' ? [activity.delta] : [])).join('');
const typesOf = (activities: readonly Activity[]) => activities.map(({ type }) => type);

/** A whole turn as the server tells it. */
const turn: readonly ServerEvent[] = [
  told.message(user),
  ...user.parts.map(told.part),
  told.status('busy'),
  told.message(answer),
  told.part(toolPart('msg_2', { status: 'pending', input: {}, raw: '' })),
  told.part(toolPart('msg_2', runningTool)),
  told.part(toolPart('msg_2', finishedTool)),
  told.part(textPart('msg_2', '', true)),
  told.delta('msg_2', 'Done '),
  told.delta('msg_2', 'it.'),
  told.part(textPart('msg_2', 'Done it.')),
  told.part(stepPart('msg_2')),
  told.message(answer),
  told.status('idle'),
];

describe('ActivityStream', () => {
  const stream = () => new ActivityStream(sessionID);
  const applyAll = (to: ActivityStream, events: readonly ServerEvent[]) => events.flatMap(event => to.apply(event));

  it('tells a turn in order', () => {
    const activities = applyAll(stream(), turn);
    assert.deepEqual(typesOf(activities), ['user', 'status', 'tool', 'tool', 'tool', 'text', 'text', 'stepFinished', 'status']);
    assert.equal(textOf(activities), 'Done it.');
    assert.deepEqual(
      activities.find(({ type }) => type === 'stepFinished'),
      {
        type: 'stepFinished',
        cost: 1,
        tokens: { input: 1, output: 2, reasoning: 3, cacheRead: 4, cacheWrite: 5 },
      },
    );
  });

  it('tells nothing twice when events but for pieces of text are repeated', () => {
    const repeatable = turn.filter(({ type }) => type !== 'message.part.delta' && type !== 'session.status');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...repeatable), { maxLength: 20 }), again => {
        const one = stream();
        applyAll(one, turn);
        assert.deepEqual(applyAll(one, again), []);
      }),
    );
  });

  it('tells the whole text, whichever pieces were missed', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: turn.length, maxLength: turn.length }), kept => {
        const heard = turn.filter(
          (event, index) => event.type !== 'message.part.delta' || kept[index] === true || kept.slice(0, index).every(Boolean),
        );
        const missedFirst = !heard.some(event => event.type === 'message.part.delta' && event.properties.delta === 'Done ');
        const text = textOf(applyAll(stream(), heard));
        assert.ok(text === 'Done it.' || (missedFirst && text === 'it.'), text);
      }),
    );
  });

  it('tells the stored messages as the turn was told, without the pieces', () => {
    assert.deepEqual(typesOf(stream().load([user, answer])), ['user', 'tool', 'text', 'stepFinished']);
    assert.equal(textOf(stream().load([user, answer])), 'Done it.');
  });

  it('goes on in the middle of a text, and then says that its beginning is to be read', () => {
    const late = stream();
    assert.deepEqual(late.apply(told.delta('msg_2', 'mid')), []);
    assert.equal(textOf(late.join([user, assistantMessage('msg_2', [textPart('msg_2', '', true)], {})])), 'mid');
    assert.equal(textOf(late.apply(told.delta('msg_2', 'dle'))), 'dle');
    assert.deepEqual(late.apply(told.part(textPart('msg_2', 'the middle'))), [{ type: 'resynced' }]);
    assert.deepEqual(late.apply(told.part(textPart('msg_2', 'the middle'))), []);
  });

  it('knows nothing of what was not said to it before, once it is reset', () => {
    const again = stream();
    applyAll(again, turn.slice(0, 9));
    again.reset([user, assistantMessage('msg_2', [textPart('msg_2', '', true)], {})]);
    assert.deepEqual(applyAll(again, [told.message(user), ...user.parts.map(told.part)]), []);
    assert.deepEqual(again.apply(told.part(textPart('msg_2', 'Done it.'))), [
      { type: 'text', messageId: 'msg_2', partId: 'prt_text_of_msg_2', delta: 'Done it.' },
    ]);
  });

  it('does not go back to a tool that still ran', () => {
    const one = stream();
    one.apply(told.part(toolPart('msg_2', finishedTool)));
    assert.deepEqual(one.apply(told.part(toolPart('msg_2', runningTool))), []);
  });

  it('tells one error a turn, without its stack', () => {
    const one = stream();
    const failed = assistantMessage('msg_2', [], { error: { name: 'UnknownError', data: { message: 'Model not found: a/b.' } } });
    const events = [
      told.message(user),
      told.error('Model not found: a/b.\n    at here (/x.js:1)'),
      told.message(failed),
      told.error('Error: Model not found\n    at there'),
    ];
    assert.deepEqual(applyAll(one, events), [{ type: 'error', name: 'UnknownError', message: 'Model not found: a/b.' }]);
    assert.deepEqual(typesOf(applyAll(one, [told.message(userMessage('msg_3', 'Again.')), told.error('Another.')])), ['error']);
  });

  it('heeds only its own session', () => {
    assert.deepEqual(applyAll(new ActivityStream('ses_2'), turn), []);
  });

  it('leaves out what was put under the name of the user or of the agent', () => {
    const synthetic = { ...textPart('msg_1', 'file content'), synthetic: true };
    assert.deepEqual(applyAll(stream(), [told.message(user), told.part(synthetic)]), []);
  });

  it('takes a text of an unknown message for what it looks like', () => {
    assert.deepEqual(typesOf(user.parts.flatMap(part => stream().apply(told.part(part)))), ['user']);
    assert.deepEqual(typesOf(stream().apply(told.part(textPart('msg_9', 'Said.')))), ['text']);
  });
});
