import assert from 'node:assert/strict';
import { SessionSigns } from '../../../../src/runtime/monitor/sessionSigns';
import type { Activity, ToolActivity } from '../../../../src/runtime/opencode/activity';

const tool = (change: Partial<ToolActivity>): ToolActivity => ({
  type: 'tool',
  messageId: 'm',
  callId: 'c',
  tool: 'bash',
  state: 'running',
  input: { command: 'npm test' },
  ...change,
});
const text: Activity = { type: 'text', messageId: 'm', partId: 'p', delta: 'a' };
const retry = (next: number): Activity => ({ type: 'status', status: 'retry', attempt: 2, message: 'slow\ndown', next });

describe('SessionSigns', () => {
  let signs: SessionSigns;
  const wall = 1_000_000;
  const hear = (at: number, ...activities: readonly Activity[]) => activities.forEach(activity => signs.heard(activity, at, wall));
  beforeEach(() => (signs = new SessionSigns(0)));

  it('knows a model that was asked from one that answers', () => {
    assert.deepEqual(signs.doing(10), { kind: 'asked', age: 10 });
    hear(20, text);
    assert.deepEqual(signs.doing(25), { kind: 'answering', age: 5 });
    hear(30, tool({ state: 'pending' }));
    assert.deepEqual(signs.doing(31), { kind: 'composing', tool: 'bash', age: 1 });
  });

  it('counts a tool’s silence from its last output, and asks the model again when it has ended', () => {
    hear(10, tool({}));
    hear(20, tool({ output: 'one' }));
    assert.deepEqual(signs.doing(50), { kind: 'tool', call: 'bash: npm test', age: 40, silent: 30, process: undefined });
    assert.deepEqual(signs.doing(50, { process: 'alive', filesAt: 45 }), {
      kind: 'tool',
      call: 'bash: npm test',
      age: 40,
      silent: 5,
      process: 'alive',
    });
    hear(60, tool({ state: 'completed' }));
    assert.deepEqual(signs.doing(61), { kind: 'asked', age: 1 });
  });

  it('takes several tools for as lively as the liveliest of them', () => {
    hear(10, tool({}), tool({ callId: 'd', input: { command: 'ls' } }));
    hear(40, tool({ callId: 'd', input: { command: 'ls' }, output: 'x' }));
    const doing = signs.doing(50);
    assert.deepEqual(doing.kind === 'tool' && [doing.call, doing.silent], ['bash: ls', 10]);
  });

  it('remembers calls with their input and whether they failed, until a user says something', () => {
    hear(10, tool({ state: 'completed' }), tool({ callId: 'd', state: 'error', input: { command: 'npm  test' } }));
    assert.deepEqual(
      signs.endedCalls(15).map(({ call, failed, age }) => ({ call, failed, age })),
      [
        { call: 'bash: npm test', failed: false, age: 5 },
        { call: 'bash: npm test', failed: true, age: 5 },
      ],
    );
    assert.equal(new Set(signs.endedCalls(15).map(({ same }) => same)).size, 2, 'another input is another call');
    assert.equal(signs.progressAt, 10);
    hear(20, { type: 'user', messageId: 'u', text: 'go on' });
    assert.deepEqual(signs.endedCalls(21), []);
  });

  it('counts a refused request from the first refusal, and what is overdue from when opencode should ask again', () => {
    hear(10, retry(wall + 100));
    hear(50, { type: 'status', status: 'busy' }, retry(wall + 100));
    assert.deepEqual(signs.doing(140), { kind: 'refused', message: 'slow down', attempt: 2, age: 130, overdue: 0 });
    assert.deepEqual(signs.doing(170), { kind: 'refused', message: 'slow down', attempt: 2, age: 160, overdue: 20 });
    hear(180, text);
    assert.equal(signs.doing(181).kind, 'answering');
  });

  it('is idle when it is said or seen to be, forgets its tools then, and is asked when it is busy again', () => {
    hear(10, tool({}));
    signs.seen(true, 15);
    assert.equal(signs.doing(16).kind, 'tool');
    signs.seen(false, 20);
    signs.seen(false, 30);
    assert.deepEqual(signs.doing(35), { kind: 'idle', age: 15 });
    signs.seen(true, 40);
    assert.deepEqual(signs.doing(41), { kind: 'asked', age: 1 });
    hear(50, { type: 'status', status: 'idle' });
    assert.deepEqual(signs.doing(51), { kind: 'idle', age: 1 });
  });

  it('takes our own break in listening for no sign of life', () => {
    hear(10, text);
    hear(20, { type: 'resynced' });
    assert.deepEqual([signs.lastAt, signs.doing(25)], [10, { kind: 'answering', age: 15 }]);
  });
});
