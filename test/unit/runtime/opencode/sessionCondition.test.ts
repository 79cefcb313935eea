import assert from 'node:assert/strict';
import type { Part, ToolState } from '@opencode-ai/sdk/v2/client';
import { cutOffError, judgeCondition } from '../../../../src/runtime/opencode/sessionCondition';
import type { SessionMessage } from '../../../../src/runtime/opencode/sessionMessage';
import { assistantMessage, finishedTool, runningTool, textPart, toolPart, userMessage } from '../../../support/sessionRecords';

const user = userMessage('msg_1', 'Do it.');
const completed = { time: { created: 1, completed: 2 } };
const answer = (parts: readonly Part[], more: Parameters<typeof assistantMessage>[2]) => assistantMessage('msg_2', parts, more);
const open = (...parts: readonly Part[]) => answer(parts, { time: { created: 1 } });
const done = (finish: string | undefined, ...parts: readonly Part[]) => answer(parts, { ...completed, finish });
const tool = (state: ToolState) => toolPart('msg_2', state);
const pendingTool: ToolState = { status: 'pending', input: {}, raw: '' };
const failedWith = (error: string): ToolState => ({ status: 'error', input: { command: 'ls' }, error, time: { start: 1, end: 2 } });
const aborted = { name: 'MessageAbortedError', data: { message: 'Aborted' } } as const;
const refused = { name: 'APIError', data: { message: 'no key', statusCode: 401, isRetryable: false } } as const;
const text = textPart('msg_2', 'Said.');
const nextStep = assistantMessage('msg_3', [], { time: { created: 3 } });

describe('judgeCondition', () => {
  const finished: readonly (readonly [string, readonly SessionMessage[]])[] = [
    ['nothing was asked yet', []],
    ['the answer was given', [user, done('stop', text)]],
    ['the answer was too long', [user, done('length', text)]],
    ['the turn was stopped by a person', [user, answer([text], { ...completed, error: aborted })]],
    ['the provider refused', [user, answer([], { ...completed, error: refused })]],
    [
      'a person turned the call down without a reason',
      [user, done('tool-calls', tool(failedWith('The user rejected permission to use this specific tool call.')))],
    ],
    ['an earlier turn was cut off, the last was not', [user, open(tool(runningTool)), userMessage('msg_4', 'Go on.'), done('stop', text)]],
  ];
  for (const [name, messages] of finished) {
    it(`is finished when ${name}`, () => assert.deepEqual(judgeCondition(messages), { kind: 'finished' }));
  }

  const unfinished: readonly (readonly [string, readonly SessionMessage[], string | undefined])[] = [
    ["the last message is the user's", [user, done('stop', text), userMessage('msg_4', 'And?')], undefined],
    ['the prompt is there without its part', [{ ...user, parts: [] }], undefined],
    ['a tool was running or waited for a permission', [user, open(tool(runningTool))], 'bash: ls'],
    ['a tool was about to run', [user, open(tool(pendingTool))], 'bash'],
    ['a text was being said', [user, open(textPart('msg_2', '', true))], undefined],
    ['the answer had not begun', [user, open()], undefined],
    ['the tool had ended and the next answer had not begun', [user, done('tool-calls', tool(finishedTool)), nextStep], undefined],
    ['it died between two steps', [user, done('tool-calls', tool(finishedTool))], undefined],
    ['nobody knows why the answer ended', [user, done('unknown', text)], undefined],
    ['the answer ended without a word why', [user, done(undefined, text)], undefined],
    ['the answer ended but its parts were never stored', [user, done('stop')], undefined],
    ['its call was cut off and repaired', [user, open(tool(failedWith(cutOffError)))], 'bash: ls'],
    ['its call failed by itself', [user, done('tool-calls', tool(failedWith('no such file')))], undefined],
    [
      'two tools were cut off',
      [user, open(tool(runningTool), { ...tool({ ...runningTool, input: { filePath: 'a.js' } }), tool: 'write' } as Part)],
      'bash: ls; write: a.js',
    ],
  ];
  for (const [name, messages, cut] of unfinished) {
    it(`is unfinished when ${name}`, () => assert.deepEqual(judgeCondition(messages), { kind: 'unfinished', cut }));
  }

  it('names a cut-off call in one line that can be read', () => {
    const command = `echo \u001b[31mone\n${'two '.repeat(100)}`;
    const condition = judgeCondition([user, open(tool({ ...runningTool, input: { command } }))]);
    assert.ok(condition.kind === 'unfinished' && condition.cut !== undefined);
    assert.match(condition.cut, /^bash: echo one two two .*…$/);
    assert.equal(condition.cut.length, 'bash: '.length + 200);
  });
});
