import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Sequencer } from '../../../src/common/sequencer';

describe('Sequencer', () => {
  it('does not let one key wait for another', async () => {
    const sequencer = new Sequencer();
    const stuck = sequencer.run('a', () => new Promise(() => undefined));
    assert.equal(await sequencer.run('b', () => Promise.resolve('done')), 'done');
    assert.equal(sequencer.size, 1);
    void stuck;
  });

  it('goes on behind work that failed', async () => {
    const sequencer = new Sequencer();
    const failed = sequencer.run('a', () => Promise.reject(new Error('broken')));
    const next = sequencer.run('a', () => Promise.resolve(2));
    await assert.rejects(failed, { message: 'broken' });
    assert.equal(await next, 2);
  });

  it('goes on behind work that throws before it returns a promise', async () => {
    const sequencer = new Sequencer();
    const failed = sequencer.run('a', () => {
      throw new Error('broken');
    });
    await assert.rejects(failed, { message: 'broken' });
    assert.equal(await sequencer.run('a', () => Promise.resolve(2)), 2);
  });

  it('never starts work that was aborted while it waited', async () => {
    const sequencer = new Sequencer();
    const controller = new AbortController();
    let free: () => void = () => undefined;
    const first = sequencer.run('a', () => new Promise<void>(resolve => (free = resolve)));
    const second = sequencer.run('a', () => Promise.reject(new Error('started')), controller.signal);
    await Promise.resolve();
    controller.abort();
    free();
    await first;
    await assert.rejects(second, { name: 'AbortError' });
  });

  it('keeps the order of each key and forgets keys without work', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), rounds: fc.nat(3), fails: fc.boolean() })), async jobs => {
        const sequencer = new Sequencer();
        const log: { readonly key: string; readonly index: number; readonly what: 'start' | 'end' }[] = [];
        await Promise.allSettled(
          jobs.map(({ key, rounds, fails }, index) =>
            sequencer.run(key, async () => {
              log.push({ key, index, what: 'start' });
              for (let round = 0; round < rounds; round++) await Promise.resolve();
              log.push({ key, index, what: 'end' });
              if (fails) throw new Error('broken');
            }),
          ),
        );
        for (const key of ['a', 'b', 'c']) {
          const expected = jobs.flatMap((job, index) => (job.key === key ? [`start ${index}`, `end ${index}`] : []));
          assert.deepEqual(
            log.filter(entry => entry.key === key).map(({ what, index }) => `${what} ${index}`),
            expected,
          );
        }
        assert.equal(sequencer.size, 0);
      }),
    );
  });
});
