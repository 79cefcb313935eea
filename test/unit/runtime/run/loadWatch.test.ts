import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/common/event';
import { Limiter } from '../../../../src/common/limiter';
import type { ServerEvent } from '../../../../src/runtime/opencode/serverEvent';
import { LoadWatch } from '../../../../src/runtime/run/loadWatch';

const retry = (message: string): ServerEvent => ({
  type: 'session.status',
  directory: '/d',
  properties: { sessionID: 'ses_1', status: { type: 'retry', attempt: 1, message, next: 0 } },
});

describe('The watch over the load of providers', () => {
  const start = (running: number) => {
    const limiter = new Limiter(4);
    for (let number = 0; number < running; number++) void limiter.run(() => new Promise(() => undefined));
    const events = new Emitter<ServerEvent>();
    const watch = new LoadWatch(limiter, { onEvent: events.event });
    const told: string[] = [];
    watch.onDidChange(({ limit, setting }) => told.push(`${limit} of ${setting}`));
    return { limiter, events, watch, told };
  };

  it('lets fewer begin when a provider refuses, once for one wave', () => {
    const { limiter, events, watch, told } = start(4);
    for (let session = 0; session < 4; session++) events.fire(retry('Too Many Requests'));
    assert.deepEqual([limiter.limit, told], [2, ['2 of 4']]);
    watch.dispose();
  });

  it('takes neither a network that is away nor somebody else’s trouble for its own', () => {
    const busy = start(4);
    busy.events.fire(retry('Unable to connect'));
    const idle = start(0);
    idle.events.fire(retry('Too Many Requests'));
    assert.deepEqual([busy.limiter.limit, idle.limiter.limit], [4, 4]);
    busy.watch.dispose();
    idle.watch.dispose();
  });

  it('stops listening when it is disposed', () => {
    const { limiter, events, watch } = start(4);
    watch.dispose();
    events.fire(retry('Too Many Requests'));
    assert.equal(limiter.limit, 4);
  });
});
