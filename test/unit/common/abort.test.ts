import assert from 'node:assert/strict';
import { abortable, anySignal, isAbortError, throwIfAborted, TimeLimitError, withTimeLimit } from '../../../src/common/abort';

const never = new Promise<never>(() => undefined);

describe('abort', () => {
  it('recognises an abort by its name alone', () => {
    assert.equal(isAbortError(AbortSignal.abort().reason), true);
    for (const other of [new Error('AbortError'), 'AbortError', undefined, new TimeLimitError(1)]) assert.equal(isAbortError(other), false);
  });

  it('throws for an aborted signal only', () => {
    throwIfAborted(undefined);
    throwIfAborted(new AbortController().signal);
    assert.throws(() => throwIfAborted(AbortSignal.abort()), { name: 'AbortError' });
  });

  it('joins signals and passes over absent ones', () => {
    const controller = new AbortController();
    const joined = anySignal(undefined, new AbortController().signal, controller.signal);
    assert.equal(joined.aborted, false);
    controller.abort();
    assert.equal(joined.aborted, true);
    assert.equal(anySignal().aborted, false);
  });

  it('gives the promise’s result when nothing is aborted', async () => {
    assert.equal(await abortable(Promise.resolve(1), new AbortController().signal), 1);
    assert.equal(await abortable(Promise.resolve(1), undefined), 1);
    await assert.rejects(abortable(Promise.reject(new Error('broken')), new AbortController().signal), { message: 'broken' });
  });

  it('stops waiting at the abort and drops the late error', async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const waiting = abortable(new Promise((_, reject) => (fail = reject)), controller.signal);
    controller.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    fail(new Error('too late'));
    await assert.rejects(abortable(never, AbortSignal.abort()), { name: 'AbortError' });
  });
});

describe('withTimeLimit', () => {
  it('gives the result of work that ends in time', async () => {
    assert.equal(await withTimeLimit(60_000, () => Promise.resolve('done')), 'done');
    assert.equal(await withTimeLimit(0, () => Promise.resolve('done')), 'done');
  });

  it('aborts the work and rejects past the limit, even when the work does not heed its signal', async () => {
    let seen: AbortSignal | undefined;
    const late = withTimeLimit(1, signal => ((seen = signal), never));
    await assert.rejects(late, (error: unknown) => error instanceof TimeLimitError && error.limit === 1);
    assert.equal(seen?.aborted, true);
  });

  it('passes the caller’s abort on as an abort', async () => {
    const controller = new AbortController();
    const waiting = withTimeLimit(60_000, () => never, controller.signal);
    controller.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('does not start work for a signal that is already aborted', async () => {
    await assert.rejects(
      withTimeLimit(60_000, () => Promise.reject(new Error('started')), AbortSignal.abort()),
      { name: 'AbortError' },
    );
  });
});
