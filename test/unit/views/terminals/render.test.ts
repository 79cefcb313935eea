import assert from 'node:assert/strict';
import { TranscriptRenderer } from '../../../../src/views/terminals/render';
import type { TranscriptEntry } from '../../../../src/runtime/transcript/transcriptEntry';
import { terminalRows } from '../../../support/terminalScreen';
import { plainWords } from '../../../support/terminalWords';

const raw = (entries: readonly TranscriptEntry[], columns = 60) => {
  const renderer = new TranscriptRenderer(columns, plainWords);
  return entries.map(entry => renderer.write(entry)).join('');
};
const rows = (entries: readonly TranscriptEntry[], columns = 60) => terminalRows(raw(entries, columns), columns);

const text = (delta: string, partId = 'p1'): TranscriptEntry => ({ type: 'text', messageId: 'm1', partId, delta });
const tool = (change: Partial<Extract<TranscriptEntry, { type: 'tool' }>>): TranscriptEntry => ({
  type: 'tool',
  messageId: 'm1',
  callId: 'c1',
  tool: 'bash',
  state: 'completed',
  input: { command: 'npm test' },
  ...change,
});

describe('TranscriptRenderer', () => {
  it('names the task, its agent, model and branch before an attempt', () => {
    const seen = rows([
      { type: 'attempt', task: '01.01.01.01', name: 'Add a parser', number: 2, agent: 'backend', model: 'lab/scripted', branch: 'task/x' },
    ]);
    assert.match(seen[1] ?? '', /^── Task 01\.01\.01\.01: Add a parser \(attempt 2\) ─+$/);
    assert.equal(seen[2], '@backend · lab/scripted · task/x');
  });

  it('says who speaks, once for each part, and joins what streams', () => {
    const seen = rows([
      { type: 'user', messageId: 'u1', text: 'Do it' },
      { type: 'reasoning', messageId: 'm1', partId: 'r1', delta: 'Let me ' },
      { type: 'reasoning', messageId: 'm1', partId: 'r1', delta: 'think' },
      text('\n\nHello '),
      text('world'),
    ]);
    assert.deepEqual(seen, ['', '❯ You', 'Do it', '', '✻ Thinking', 'Let me think', '', '● agent', 'Hello world']);
  });

  it('writes a message once, however often it is told of it', () => {
    const message: TranscriptEntry = { type: 'user', messageId: 'u1', text: 'Do it' };
    assert.deepEqual(rows([message, message]), rows([message]));
  });

  it('replaces the row of a running call by its result', () => {
    assert.deepEqual(rows([tool({ state: 'running' })]), ['◐ bash  npm test']);
    const seen = rows([tool({ state: 'running' }), tool({ output: 'ok 1\nok 2\n', startedAt: 1000, endedAt: 2500 })]);
    assert.deepEqual(seen, ['✓ bash  npm test  1.5s', '  ok 1', '  ok 2']);
  });

  it('gives each of two calls that ran side by side its own result', () => {
    const seen = rows([
      tool({ state: 'running' }),
      tool({ state: 'running', callId: 'c2', input: { command: 'ls' } }),
      tool({ output: 'ok' }),
      tool({ callId: 'c2', input: { command: 'ls' }, output: 'a.txt' }),
    ]);
    assert.deepEqual(seen, ['◐ bash  npm test', '◐ bash  ls', '✓ bash  npm test', '  ok', '✓ bash  ls', '  a.txt']);
  });

  it('shows the beginning and the end of a long output, and how much is between', () => {
    const output = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
    const seen = rows([tool({ output })]);
    assert.equal(seen.length, 25);
    assert.ok(seen.includes('  line 1') && seen.includes('  line 100') && seen.includes('  … 77 more'));
  });

  it('shows a failed call with its error, and marks the command as failed', () => {
    const entries = [tool({ state: 'error', error: 'no such file' })];
    assert.deepEqual(rows(entries), ['✗ bash  npm test', '  no such file']);
    assert.ok(raw(entries).includes('\u001b]633;D;1\u0007'));
  });

  it('marks a call as a command, with separators of the mark escaped', () => {
    const written = raw([tool({ input: { command: 'a; b\\c' } })]);
    assert.ok(written.includes('\u001b]633;E;bash a\\x3b b\\x5cc\u0007'));
    assert.ok(written.indexOf('633;A') < written.indexOf('633;B') && written.indexOf('633;C') < written.indexOf('633;D;0'));
  });

  it('shows an edit as a diff in colour, without its headers', () => {
    const diff =
      'Index: a.ts\n===================================================================\n--- a.ts\n+++ a.ts\n@@ -1 +1 @@\n-old\n+new\n';
    const entries = [tool({ tool: 'edit', input: { filePath: 'src/a.ts' }, diff, output: 'done' })];
    assert.deepEqual(rows(entries), ['✓ edit  src/a.ts', '  @@ -1 +1 @@', '  -old', '  +new']);
    assert.ok(raw(entries).includes('\u001b[32m  +new') && raw(entries).includes('\u001b[31m  -old'));
  });

  it('adds up the steps of a turn and says so when it ends', () => {
    const step: TranscriptEntry = {
      type: 'stepFinished',
      cost: 0.02,
      tokens: { input: 1000, output: 200, reasoning: 0, cacheRead: 0, cacheWrite: 0 },
    };
    const idle: TranscriptEntry = { type: 'status', status: 'idle' };
    assert.deepEqual(rows([text('Done.'), step, step, idle, idle]), ['', '● agent', 'Done.', '2 steps, 2.4k tokens, $0.04']);
  });

  it('shows a turn that somebody stopped as stopped, not as an error', () => {
    assert.deepEqual(rows([{ type: 'error', name: 'MessageAbortedError', message: 'Aborted' }]), ['◌ Stopped']);
    assert.deepEqual(rows([{ type: 'error', name: 'APIError', message: 'no credit' }]), ['✗ APIError: no credit']);
  });

  it('tells of a retry once', () => {
    const retry: TranscriptEntry = { type: 'status', status: 'retry', attempt: 2, message: 'rate limited' };
    const again: TranscriptEntry = { ...retry, attempt: 3 };
    assert.deepEqual(rows([retry, retry, again]), ['↻ Retrying (2): rate limited', '↻ Retrying (3): rate limited']);
  });

  it('says once what is both the report of an attempt and the reason why it ended', () => {
    const seen = rows([text('Bye'), { type: 'attemptEnded', outcome: 'blocked', reason: 'Which guide?', report: 'Which guide?' }]);
    assert.equal(seen.join('\n').split('Which guide?').length, 2);
  });

  it('says how an attempt ended, with its report', () => {
    const seen = rows([text('Bye'), { type: 'attemptEnded', outcome: 'completed', report: 'Added the parser.' }]);
    assert.equal(seen.at(-1), '✓ Completed  Added the parser.');
  });

  it('opens a thread that never ran with its agent and prompt', () => {
    assert.deepEqual(rows([{ type: 'notStarted', agent: 'backend', prompt: 'Hello Agent!' }]), [
      '',
      '○ Not started  @backend',
      '',
      'Hello Agent!',
    ]);
  });

  it('lets no text steer the terminal', () => {
    const evil = 'a\u001b]0;owned\u0007b\u001b[2Jc\u0000d\u009b31me';
    const seen = rows([
      { type: 'attempt', task: '01.01.01.01', name: evil, number: 1, agent: evil },
      { type: 'user', messageId: 'u', text: evil },
      text(evil),
      tool({ tool: evil, input: { command: evil }, output: evil }),
      tool({ callId: 'c2', state: 'error', error: evil }),
      tool({ callId: 'c3', tool: 'edit', diff: `+${evil}` }),
      { type: 'error', name: evil, message: evil },
      { type: 'status', status: 'retry', attempt: 1, message: evil },
      { type: 'notice', severity: 'info', text: evil },
      { type: 'attemptEnded', outcome: 'failed', reason: evil, report: evil },
    ]);
    assert.ok(seen.length > 10);
    assert.ok(!seen.join('').includes('owned'));
  });
});
