import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/common/event';
import { silentLogger } from '../../../../src/common/logger';
import type { Activity } from '../../../../src/runtime/opencode/activity';
import { createConnection, type Connection } from '../../../../src/runtime/opencode/connection';
import { OpencodeError } from '../../../../src/runtime/opencode/opencodeError';
import type { ServerEvent } from '../../../../src/runtime/opencode/serverEvent';
import { SessionFollower } from '../../../../src/runtime/opencode/sessionFollower';
import type { SessionMessage } from '../../../../src/runtime/opencode/sessionMessage';
import { assistantMessage, sessionID, textPart, told, userMessage } from '../../../support/sessionRecords';
import { waitFor } from '../../../support/waitFor';

const connection = createConnection({ url: 'http://127.0.0.1:1' });
const user = userMessage('msg_1', 'Do it.');
const open = assistantMessage('msg_2', [textPart('msg_2', '', true)], {});
const answer = assistantMessage('msg_2', [textPart('msg_2', 'Done.')]);

/** A server that is what the test says it is. */
class World {
  readonly happened = new Emitter<ServerEvent>();
  readonly connected = new Emitter<Connection>();
  readonly gaveUp = new Emitter<OpencodeError>();
  connection: Connection | undefined = connection;
  messages: readonly SessionMessage[] = [];
  busy = false;
  missing = false;
  held = 0;
  looks = 0;

  follow(grace = 60_000): SessionFollower {
    return new SessionFollower({
      directory: '/repository',
      session: sessionID,
      sessions: this.sessions,
      events: this.events,
      grace,
      logger: silentLogger,
    });
  }

  private get sessions() {
    return {
      messages: () => (this.missing ? Promise.reject(new OpencodeError('no-such-session', 'gone')) : Promise.resolve(this.messages)),
      status: () => {
        this.looks += 1;
        return Promise.resolve(this.busy ? { [sessionID]: 'busy' } : {});
      },
    };
  }

  private get events() {
    const keepAlive = () => {
      this.held += 1;
      return { dispose: () => void (this.held -= 1) };
    };
    const current = () => this.connection;
    return {
      get connection() {
        return current();
      },
      onEvent: this.happened.event,
      onDidConnect: this.connected.event,
      onDidGiveUp: this.gaveUp.event,
      keepAlive,
    };
  }
}

describe('SessionFollower', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('ends with the word that the session is idle, once its messages bear it out', async () => {
    Object.assign(world, { messages: [user], busy: true });
    const follower = world.follow();
    const end = follower.idle();
    await waitFor('a look', () => world.looks > 0);
    assert.equal(world.held, 1);
    Object.assign(world, { messages: [user, answer], busy: false });
    world.happened.fire(told.status('idle'));
    assert.equal((await end).lastText, 'Done.');
    assert.equal(world.held, 0);
    follower.dispose();
  });

  it('ends although the word that the session is idle never came', async () => {
    Object.assign(world, { messages: [user], busy: true });
    const follower = world.follow(50);
    const end = follower.idle();
    await waitFor('a look', () => world.looks > 0);
    Object.assign(world, { messages: [user, answer], busy: false });
    assert.equal((await end).kind, 'idle');
    follower.dispose();
  });

  it('takes no notice of the end of another session', async () => {
    Object.assign(world, { messages: [user], busy: true });
    const follower = world.follow();
    const end = follower.idle();
    await waitFor('a look', () => world.looks > 0);
    const { looks } = world;
    world.happened.fire(told.status('idle', 'ses_child'));
    await new Promise(setImmediate);
    assert.equal(world.looks, looks);
    follower.dispose();
    await assert.rejects(end, { name: 'AbortError' });
  });

  it('hears an error that comes after the word that the session is idle', async () => {
    world.messages = [user];
    const follower = world.follow();
    const end = follower.idle();
    world.happened.fire(told.message(user));
    world.happened.fire(told.status('idle'));
    await waitFor('a look', () => world.looks > 0);
    world.happened.fire(told.error('NotFound: it is not there\n    at x'));
    assert.deepEqual((await end).error, { name: 'UnknownError', message: 'NotFound: it is not there' });
    follower.dispose();
  });

  it('does not blame a turn for the error of the one before', async () => {
    world.messages = [user];
    const follower = world.follow();
    world.happened.fire(told.message(user));
    world.happened.fire(told.error('Old.'));
    assert.equal((await follower.idle()).error?.message, 'Old.');
    world.messages = [user, userMessage('msg_3', 'Again.'), assistantMessage('msg_4', [textPart('msg_4', 'Well.')])];
    assert.deepEqual([(await follower.idle()).error, (await follower.idle()).lastText], [undefined, 'Well.']);
    follower.dispose();
  });

  it('knows a turn to be interrupted only after a silence', async () => {
    world.messages = [user, open];
    const follower = world.follow(100);
    assert.equal((await follower.idle()).kind, 'interrupted');
    assert.ok(world.looks > 1);
    follower.dispose();
  });

  it('reads again after a reconnect, says so, and tells only what is new', async () => {
    Object.assign(world, { messages: [user, open], busy: true });
    const follower = world.follow();
    const activities: Activity[] = [];
    follower.onActivity(activity => activities.push(activity));
    world.messages = [user, answer];
    world.connected.fire(connection);
    await waitFor('the resync', () => activities.some(({ type }) => type === 'resynced'));
    for (const part of answer.parts) world.happened.fire(told.part(part));
    world.happened.fire(told.status('idle'));
    assert.deepEqual(activities, [{ type: 'resynced' }, { type: 'status', status: 'idle' }]);
    follower.dispose();
  });

  it('ends with a session that is deleted', async () => {
    Object.assign(world, { messages: [user], missing: true });
    const follower = world.follow();
    assert.equal((await follower.idle()).kind, 'gone');
    follower.dispose();
  });

  it('waits while the server is away, and says so when it cannot be had back', async () => {
    Object.assign(world, { messages: [user, answer], connection: undefined });
    const follower = world.follow(50);
    const end = follower.idle();
    const lost = new OpencodeError('stopped', 'It was stopped.');
    await waitFor('somebody to wait', () => world.held === 1);
    world.gaveUp.fire(lost);
    await assert.rejects(end, lost);
    world.connection = connection;
    world.connected.fire(connection);
    assert.equal((await follower.idle()).kind, 'idle');
    follower.dispose();
  });
});
