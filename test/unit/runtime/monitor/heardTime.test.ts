import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HeardTime } from '../../../../src/runtime/monitor/heardTime';

describe('HeardTime', () => {
  let now: number;
  let heard: HeardTime;
  beforeEach(() => {
    now = 0;
    heard = new HeardTime({ now: () => now });
  });

  it('counts on while the server answers promptly', () => {
    heard.asked();
    now = 900;
    heard.answered();
    now = 5000;
    assert.deepEqual([heard.now(), heard.unheard], [5000, 0]);
  });

  it('does not count the time of an answer that is late, before it comes nor after', () => {
    now = 1000;
    heard.asked();
    now = 9000;
    assert.deepEqual([heard.now(), heard.unheard], [1000, 8000]);
    heard.asked(); // asked again, the first is still open
    now = 11_000;
    heard.answered();
    now = 12_000;
    assert.deepEqual([heard.now(), heard.unheard], [2000, 10_000]);
  });

  it('does not count the time in which the stream is broken, once only when the server is late too', () => {
    heard.setDeaf(true);
    now = 2000;
    heard.asked();
    now = 6000;
    heard.setDeaf(false);
    now = 8000;
    heard.answered();
    now = 9000;
    assert.deepEqual([heard.now(), heard.unheard], [1000, 8000]);
  });

  it('never goes back and never runs faster than time, whatever happens in whatever order', () => {
    const step = fc.tuple(fc.constantFrom('asked', 'answered', 'deaf', 'listening', 'nothing'), fc.nat(5000));
    fc.assert(
      fc.property(fc.array(step), steps => {
        let at = 0;
        const time = new HeardTime({ now: () => at });
        let last = 0;
        for (const [what, passes] of steps) {
          if (what === 'asked') time.asked();
          else if (what === 'answered') time.answered();
          else if (what !== 'nothing') time.setDeaf(what === 'deaf');
          at += passes;
          const counted = time.now();
          assert.ok(counted >= last && counted <= at && time.unheard >= 0 && time.unheard <= at);
          assert.ok(counted >= at - time.unheard);
          last = counted;
        }
      }),
    );
  });
});
