import assert from 'node:assert/strict';
import * as z from 'zod';
import type { JournalEvent, NewJournalEvent } from '../../../../src/domain/journal/events';
import { emptyJournalState, reduce } from '../../../../src/domain/journal/reduce';
import { EffectError, Effects, type EffectJournal } from '../../../../src/runtime/run/effects';
import { placed } from '../../../support/journalEvents';

/** A journal in memory that can be told to fail, as a full disk makes it do. */
class FakeJournal implements EffectJournal {
  state = emptyJournalState;
  full = false;
  readonly events: JournalEvent[] = [];

  append(event: NewJournalEvent): JournalEvent {
    if (this.full) throw new Error('disk full');
    const written = placed(JSON.parse(JSON.stringify(event)) as NewJournalEvent, this.state.lastSeq + 1);
    this.state = reduce(this.state, written);
    this.events.push(written);
    return written;
  }

  /** What was written, in short: `intended`, `done`, `failed: reason`. */
  get story(): readonly string[] {
    return this.events.map(event => `${event.kind.replace('effect.', '')}${event.kind === 'effect.failed' ? `: ${event.reason}` : ''}`);
  }
}

const key = '01.01.01.01#1/worktree';
const never = new Promise<never>(() => undefined);

describe('Effects', () => {
  let journal: FakeJournal;
  let effects: Effects;
  beforeEach(() => {
    journal = new FakeJournal();
    effects = new Effects(journal);
  });
  it('begins nothing, and settles nothing, once another process drives', async () => {
    let replaced = false;
    const guarded = new Effects(journal, () => {
      if (replaced) throw new Error('replaced');
    });
    const acts: string[] = [];
    await assert.rejects(
      guarded.run('setup', 'a/setup', null, () => {
        acts.push('setup');
        throw new Error('cut off');
      }),
    );
    replaced = true;
    const settle = () => Promise.resolve(void acts.push('settle'));
    const act = () => Promise.resolve(acts.push('act'));
    await assert.rejects(guarded.run('setup', 'a/setup', null, act, { settle: settle }), /replaced/);
    await assert.rejects(guarded.run('worktree', key, null, act), /replaced/);
    assert.deepEqual(acts, ['setup']);
  });

  it('does not act on an intent that was written just before another process took over', async () => {
    let checks = 0;
    const guarded = new Effects(journal, () => {
      if (++checks > 1) throw new Error('replaced');
    });
    const acts: string[] = [];
    await assert.rejects(
      guarded.run('worktree', key, null, () => Promise.resolve(acts.push('act'))),
      /replaced/,
    );
    assert.deepEqual(acts, []);
    assert.deepEqual(journal.story, ['intended']);
  });

  /** The same journal in the hands of the next process. */
  const restarted = () => new Effects(journal);

  it('journals the intent before the act and the evidence after it', async () => {
    const evidence = await effects.run('worktree', key, { path: '/w' }, intent => {
      assert.deepEqual([journal.story, intent], [['intended'], { path: '/w' }]);
      return Promise.resolve({ path: '/w' });
    });
    assert.deepEqual(evidence, { path: '/w' });
    assert.deepEqual(journal.story, ['intended', 'done']);
  });

  it('gives the evidence of what is done without acting again, in any later process', async () => {
    await effects.run('worktree', key, {}, () => Promise.resolve('first'));
    for (const again of [effects, restarted()]) {
      assert.equal(await again.run('worktree', key, {}, () => Promise.reject(new Error('acted'))), 'first');
    }
    assert.deepEqual(journal.story, ['intended', 'done']);
  });

  it('journals a failure, throws it on, and acts again, on the first intent, when asked again', async () => {
    const failure = new Error('no space');
    await assert.rejects(
      effects.run('worktree', key, { n: 1 }, () => Promise.reject(failure)),
      (error: unknown) => error === failure,
    );
    assert.equal(await effects.run('worktree', key, { n: 2 }, ({ n }) => Promise.resolve(n)), 1);
    assert.deepEqual(journal.story, ['intended', 'failed: no space', 'intended', 'done']);
  });

  it('journals what was thrown before a promise was there', async () => {
    await assert.rejects(
      effects.run('worktree', key, {}, () => {
        throw new Error('at once');
      }),
      { message: 'at once' },
    );
    assert.deepEqual(journal.story, ['intended', 'failed: at once']);
  });

  it('journals an abort as such', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(
      effects.run('worktree', key, {}, () => Promise.reject(controller.signal.reason as Error)),
      { name: 'AbortError' },
    );
    assert.deepEqual(journal.story, ['intended', 'failed: aborted']);
  });

  it('acts with the first intent after a crash in the middle, without a second intent', async () => {
    void effects.run('prompt', key, { message: 'msg_1' }, () => never);
    const sent = await restarted().run('prompt', key, { message: 'msg_2' }, ({ message }) => Promise.resolve(message));
    assert.equal(sent, 'msg_1');
    assert.deepEqual(journal.story, ['intended', 'done']);
  });

  it('believes the world after a crash: what happened is not done again', async () => {
    void effects.run('prompt', key, { message: 'msg_1' }, () => never);
    const sent = await restarted().run('prompt', key, { message: 'msg_2' }, () => Promise.reject(new Error('acted')), {
      settle: ({ message }) => Promise.resolve(message),
    });
    assert.equal(sent, 'msg_1');
    assert.deepEqual(journal.story, ['intended', 'done']);
  });

  it('acts after a crash when the world shows nothing', async () => {
    void effects.run('prompt', key, {}, () => never);
    assert.equal(
      await restarted().run('prompt', key, {}, () => Promise.resolve('sent'), { settle: () => Promise.resolve(undefined) }),
      'sent',
    );
    assert.deepEqual(journal.story, ['intended', 'done']);
  });

  it('asks the world after a failure too, since what failed may have happened', async () => {
    await assert.rejects(effects.run('prompt', key, { message: 'msg_1' }, () => Promise.reject(new Error('connection lost'))));
    const settle = ({ message }: { message: string }) => Promise.resolve(message);
    assert.equal(await effects.run('prompt', key, { message: 'msg_2' }, () => Promise.reject(new Error('acted')), { settle }), 'msg_1');
    assert.deepEqual(journal.story, ['intended', 'failed: connection lost', 'done']);
  });

  it('leaves the intent open when the world cannot be asked', async () => {
    void effects.run('prompt', key, {}, () => never);
    const settle = () => Promise.reject(new Error('unreachable'));
    await assert.rejects(
      restarted().run('prompt', key, {}, () => Promise.resolve('sent'), { settle }),
      { message: 'unreachable' },
    );
    assert.deepEqual(journal.story, ['intended']);
  });

  it('never asks the world about something that never began', async () => {
    const settle = () => Promise.reject(new Error('asked'));
    assert.equal(await effects.run('prompt', key, {}, () => Promise.resolve('sent'), { settle }), 'sent');
  });

  it('lets callers that overlap share one act', async () => {
    let acts = 0;
    const run = () => effects.run('worktree', key, {}, () => Promise.resolve(++acts));
    assert.deepEqual(await Promise.all([run(), run(), run()]), [1, 1, 1]);
  });

  it('does not act when the intent cannot be journalled', async () => {
    journal.full = true;
    await assert.rejects(
      effects.run('worktree', key, {}, () => Promise.reject(new Error('acted'))),
      { message: 'disk full' },
    );
  });

  it('leaves the intent open when the end cannot be journalled', async () => {
    await assert.rejects(
      effects.run('worktree', key, {}, () => {
        journal.full = true;
        return Promise.resolve('made');
      }),
      { message: 'disk full' },
    );
    assert.deepEqual(journal.story, ['intended']);
  });

  it('gives evidence through its schema and refuses what does not fit', async () => {
    const schema = z.strictObject({ path: z.string() });
    assert.deepEqual(await effects.run('worktree', key, {}, () => Promise.resolve({ path: '/w' }), { schema }), { path: '/w' });
    await assert.rejects(
      restarted().run('worktree', key, {}, () => Promise.resolve({ other: '' }), { schema: z.strictObject({ other: z.string() }) }),
      (error: unknown) => error instanceof EffectError && error.reason === 'unusable-evidence',
    );
  });

  it('refuses a key that belongs to another kind', async () => {
    await effects.run('worktree', key, {}, () => Promise.resolve(null));
    await assert.rejects(
      effects.run('setup', key, {}, () => Promise.resolve(null)),
      (error: unknown) => error instanceof EffectError && error.reason === 'key-taken',
    );
  });
});
