import assert from 'node:assert/strict';
import { judgeEnd, judgeUnfinished, type TurnFacts } from '../../../../src/runtime/opencode/sessionEnd';
import type { SessionMessage } from '../../../../src/runtime/opencode/sessionMessage';
import { assistantMessage, finishedTool, textPart, toolPart, userMessage } from '../../../support/sessionRecords';

const nothing: TurnFacts = { error: undefined, sawOutput: false, saidIdle: false };
const user = userMessage('msg_1', 'Do it.');
const completed = { time: { created: 1, completed: 2 } };
const said = assistantMessage('msg_3', [textPart('msg_3', 'Said.')]);
const called = assistantMessage('msg_2', [toolPart('msg_2', finishedTool)], { ...completed, finish: 'tool-calls' });
const refusedCall = assistantMessage(
  'msg_2',
  [
    toolPart('msg_2', {
      status: 'error',
      input: {},
      error: 'The user rejected permission to use this specific tool call.',
      time: { start: 1, end: 2 },
    }),
  ],
  { ...completed, finish: 'tool-calls' },
);
const open = assistantMessage('msg_2', [textPart('msg_2', '', true)], {});
const refused = { name: 'APIError', data: { message: 'no key', statusCode: 401, isRetryable: false } } as const;
const aborted = { name: 'MessageAbortedError', data: { message: 'Aborted' } } as const;

describe('judgeEnd', () => {
  const cases: readonly {
    readonly name: string;
    readonly messages: readonly SessionMessage[];
    readonly facts?: Partial<TurnFacts>;
    readonly kind: string | undefined;
  }[] = [
    { name: 'an answer that was given', messages: [user, called, said], kind: 'idle' },
    { name: 'no answer yet', messages: [user], kind: undefined },
    { name: 'no answer to the second question yet', messages: [user, said, userMessage('msg_4', 'And?')], kind: undefined },
    { name: 'an answer that was begun', messages: [user, open], kind: undefined },
    {
      name: 'an answer that was begun, although it is said to be idle',
      messages: [user, open],
      facts: { saidIdle: true },
      kind: undefined,
    },
    { name: 'a tool that was called last', messages: [user, called], kind: undefined },
    {
      name: 'a tool that was called last, and the word that it is idle',
      messages: [user, called],
      facts: { saidIdle: true },
      kind: 'idle',
    },
    { name: 'a tool that was turned down last', messages: [user, refusedCall], kind: 'idle' },
    { name: 'an error in the message', messages: [user, assistantMessage('msg_2', [], { ...completed, error: refused })], kind: 'idle' },
    {
      name: 'an error that was heard, without an answer',
      messages: [user],
      facts: { error: { name: 'UnknownError', message: 'x' } },
      kind: 'idle',
    },
    { name: 'an abort in the message', messages: [user, assistantMessage('msg_2', [], { ...completed, error: aborted })], kind: 'aborted' },
    {
      name: 'an abort that was heard',
      messages: [user, open],
      facts: { error: { name: 'MessageAbortedError', message: 'Aborted' } },
      kind: 'aborted',
    },
    { name: 'an empty session', messages: [], kind: undefined },
  ];
  for (const { name, messages, facts, kind } of cases) {
    it(`takes ${name} for ${kind ?? 'no evidence of an end'}`, () =>
      assert.equal(judgeEnd(messages, { ...nothing, ...facts })?.kind, kind));
  }

  it('says what was said last in the turn, and how it ended', () => {
    const last = assistantMessage('msg_4', [textPart('msg_4', '')]);
    const end = judgeEnd(
      [userMessage('msg_0', 'Before.'), assistantMessage('msg_0a', [textPart('msg_0a', 'Old.')]), user, said, last],
      nothing,
    );
    assert.deepEqual([end?.lastText, end?.finish, end?.sawOutput, end?.messages.length], ['Said.', 'stop', true, 5]);
  });

  it('tells an error before anything was done from one after', () => {
    const failed = assistantMessage('msg_9', [], { ...completed, error: refused });
    const early = judgeEnd([user, failed], nothing);
    assert.deepEqual(
      [early?.sawOutput, early?.lastText, early?.error],
      [false, '', { name: 'APIError', message: 'no key', statusCode: 401, retryable: false }],
    );
    assert.equal(judgeEnd([user, called, failed], nothing)?.sawOutput, true);
    assert.equal(judgeEnd([userMessage('msg_0', 'Before.'), called, user, failed], nothing)?.sawOutput, false);
    assert.equal(judgeEnd([user, failed], { ...nothing, sawOutput: true })?.sawOutput, true);
  });
});

describe('judgeUnfinished', () => {
  it('takes a turn that was cut off for interrupted, and a session without one for idle', () => {
    assert.deepEqual(
      [judgeUnfinished([user, open], nothing).kind, judgeUnfinished([user, open], nothing).error?.name],
      ['interrupted', 'SessionInterrupted'],
    );
    assert.equal(judgeUnfinished([], nothing).kind, 'idle');
  });
});
