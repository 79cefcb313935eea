import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Limiter } from '../../../src/common/limiter';

/** Work that ends when it is told to, and writes down that it started. */
function gates(count: number) {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const works = Array.from({ length: count }, (_, index) => {
    const ended = new Promise<void>(resolve => (ends[index] = resolve));
    return () => {
      started.push(index);
      return ended;
    };
  });
  return { started, works, end: (index: number) => ends[index]?.() };
}

const settle = () => new Promise(resolve => setImmediate(resolve));

describe('Limiter', () => {
  it('starts work in the order it came, never more than the limit at once', async () => {
    const limiter = new Limiter(2);
    const { started, works, end } = gates(4);
    const all = works.map(work => limiter.run(work));
    await settle();
    assert.deepEqual([started, limiter.running, limiter.waiting], [[0, 1], 2, 2]);
    end(1);
    await settle();
    assert.deepEqual(started, [0, 1, 2]);
    [0, 2, 3].forEach(end);
    await Promise.all(all);
    assert.deepEqual([started, limiter.running, limiter.waiting], [[0, 1, 2, 3], 0, 0]);
  });

  it('gives the result and the error of the work, and goes on after an error', async () => {
    const limiter = new Limiter(1);
    const failed = limiter.run(() => Promise.reject(new Error('broken')));
    const next = limiter.run(() => Promise.resolve('fine'));
    await assert.rejects(failed, { message: 'broken' });
    assert.equal(await next, 'fine');
  });

  it('takes aborted work out of the line and starts the one behind it', async () => {
    const limiter = new Limiter(1);
    const { started, works, end } = gates(3);
    const controller = new AbortController();
    const [first, second, third] = works.map((work, index) => limiter.run(work, index === 1 ? controller.signal : undefined));
    controller.abort();
    await assert.rejects(second ?? Promise.resolve(), { name: 'AbortError' });
    end(0);
    await first;
    end(2);
    await third;
    assert.deepEqual(started, [0, 2]);
  });

  it('never starts work whose signal is already aborted', async () => {
    const limiter = new Limiter(1);
    await assert.rejects(
      limiter.run(() => Promise.reject(new Error('started')), AbortSignal.abort()),
      { name: 'AbortError' },
    );
    assert.equal(limiter.running, 0);
  });

  it('lets running work go on and starts nothing while it is paused', async () => {
    const limiter = new Limiter(1);
    const { started, works, end } = gates(2);
    const all = works.map(work => limiter.run(work));
    limiter.pause();
    end(0);
    await settle();
    assert.deepEqual([started, limiter.isPaused, limiter.waiting], [[0], true, 1]);
    limiter.resume();
    end(1);
    await Promise.all(all);
    assert.deepEqual(started, [0, 1]);
  });

  it('starts waiting work when the limit grows and none until enough ended when it shrinks', async () => {
    const limiter = new Limiter(1);
    const { started, works, end } = gates(4);
    const all = works.map(work => limiter.run(work));
    limiter.setLimit(3);
    await settle();
    assert.deepEqual(started, [0, 1, 2]);
    limiter.setLimit(1);
    end(0);
    end(1);
    await settle();
    assert.deepEqual(started, [0, 1, 2]);
    end(2);
    end(3);
    await Promise.all(all);
    assert.deepEqual(started, [0, 1, 2, 3]);
  });

  it('refuses a limit that is not a whole number of at least one', () => {
    for (const limit of [0, -1, 1.5, NaN]) assert.throws(() => new Limiter(limit), RangeError);
  });

  it('runs everything exactly once, in order, within the limit, whatever the work does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 20 }),
        async (limit, turns) => {
          const limiter = new Limiter(limit);
          const started: number[] = [];
          let most = 0;
          const work = (index: number, rounds: number) => async () => {
            started.push(index);
            most = Math.max(most, limiter.running);
            for (let round = 0; round < rounds; round++) await Promise.resolve();
            if (rounds === 3) throw new Error('broken');
          };
          await Promise.allSettled(turns.map((rounds, index) => limiter.run(work(index, rounds))));
          assert.deepEqual(
            started,
            turns.map((_, index) => index),
          );
          assert.ok(most <= limit);
          assert.equal(limiter.running + limiter.waiting, 0);
        },
      ),
    );
  });
});
