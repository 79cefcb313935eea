import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Emitter } from '../../../../src/common/event';
import { AttemptLimits, LimitReached } from '../../../../src/runtime/run/attemptLimits';

describe('AttemptLimits', () => {
  let limits: AttemptLimits;
  let now: number;
  let waiting: boolean;
  const said = new Emitter<string>();

  const begin = (idle: number, attempt: number) => {
    limits = new AttemptLimits({ idle, attempt, isWaiting: () => waiting, now: () => now });
  };
  /** Half a second at a time, as long as the machine is awake. */
  const pass = (seconds: number) => {
    for (let tick = 0; tick < seconds * 2; tick++) {
      now += 500;
      mock.timers.tick(500);
    }
  };
  const reached = () => (limits.signal.reason instanceof LimitReached ? limits.signal.reason.limit : undefined);

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    now = 1000;
    waiting = false;
  });
  afterEach(() => {
    limits.dispose();
    mock.timers.reset();
  });

  it('ends an agent that is silent, and no sooner', () => {
    begin(10, 0);
    limits.listen(said.event);
    pass(9.5);
    assert.equal(reached(), undefined);
    pass(1);
    assert.equal(reached(), 'idle');
  });

  it('begins anew whenever something is heard', () => {
    begin(10, 0);
    limits.listen(said.event);
    pass(9);
    said.fire('word');
    pass(9);
    assert.equal(reached(), undefined);
  });

  it('does not count silence while nobody listens or a person is asked', () => {
    begin(10, 0);
    pass(60);
    waiting = true;
    limits.listen(said.event);
    pass(60);
    assert.equal(reached(), undefined);
    waiting = false;
    pass(11);
    assert.equal(reached(), 'idle');
  });

  it('ends an attempt that takes too long, whatever is heard', () => {
    begin(10, 60);
    limits.listen(said.event);
    for (let second = 0; second < 61; second++) {
      pass(1);
      said.fire('word');
    }
    assert.equal(reached(), 'attempt');
  });

  it('does not count the time that the machine sleeps', () => {
    begin(10, 60);
    limits.listen(said.event);
    now += 3_600_000;
    pass(5);
    assert.equal(reached(), undefined);
  });

  it('has no limit at zero', () => {
    begin(0, 0);
    limits.listen(said.event);
    pass(10_000);
    assert.equal(reached(), undefined);
  });
});
