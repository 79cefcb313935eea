import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { AwakeLimit, AwakeTime } from '../../../src/common/awakeTime';

describe('Awake time', () => {
  let now: number;
  beforeEach(() => {
    now = 0;
    mock.timers.enable({ apis: ['setInterval'] });
  });
  afterEach(() => mock.timers.reset());
  const options = { tick: 500, now: () => now };
  const pass = (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 500) {
      now += 500;
      mock.timers.tick(500);
    }
  };

  it('counts on without anybody asking, but not while the machine sleeps', () => {
    const time = new AwakeTime(options);
    pass(10_000);
    assert.equal(time.now(), 10_000);
    now += 8 * 3_600_000;
    pass(500);
    assert.equal(time.now(), 11_000, 'two ticks at most');
    time.dispose();
  });

  it('reaches a limit only by time awake, once, with its reason', () => {
    const reason = new Error('too long');
    const limit = new AwakeLimit(60_000, reason, options);
    pass(30_000);
    now += 8 * 3_600_000;
    pass(28_500);
    assert.equal(limit.signal.aborted, false);
    pass(1000);
    assert.equal(limit.signal.aborted, true);
    assert.equal(limit.signal.reason, reason);
  });

  it('reaches no limit that is 0, nor one that was disposed of', () => {
    const none = new AwakeLimit(0, undefined, options);
    const disposed = new AwakeLimit(1000, undefined, options);
    disposed.dispose();
    pass(60_000);
    assert.deepEqual([none.signal.aborted, disposed.signal.aborted], [false, false]);
  });
});
