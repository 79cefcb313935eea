import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Emitter } from '../../../../src/common/event';
import { createConnection, type Connection } from '../../../../src/runtime/opencode/connection';
import { OpencodeError } from '../../../../src/runtime/opencode/opencodeError';
import { SessionEvents } from '../../../../src/runtime/opencode/sessionEvents';
import type { ServerStatus } from '../../../../src/runtime/opencode/serverStatus';
import { recordingLogger } from '../../../support/recordingLogger';
import { waitFor } from '../../../support/waitFor';

/** An event stream that says what the test says, and a server status beside it. */
class World {
  readonly changed = new Emitter<ServerStatus>();
  readonly onDidChangeStatus = this.changed.event;
  readonly streams: ServerResponse[] = [];
  readonly logger = recordingLogger();
  status: ServerStatus = { state: 'running' };
  connection: Connection | undefined;
  ensured = 0;
  checked = 0;
  refusal: OpencodeError | undefined;
  private constructor(private readonly server: Server) {}

  static async start(): Promise<World> {
    const server = createServer();
    const world = new World(server);
    server.on('request', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      world.streams.push(response);
      world.say('server.connected', {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    world.connection = world.newConnection();
    return world;
  }

  newConnection = () => createConnection({ url: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` });

  say(type: string, properties: unknown): void {
    this.streams.at(-1)?.write(`data: ${JSON.stringify({ directory: '/repository', payload: { id: 'evt_1', type, properties } })}\n\n`);
  }

  become(state: ServerStatus['state'], connection?: Connection): void {
    this.connection = connection;
    this.status = { state };
    this.changed.fire(this.status);
  }

  ensure = () => {
    this.ensured += 1;
    if (this.refusal) return Promise.reject(this.refusal);
    const connection = this.newConnection();
    this.become('running', connection);
    return Promise.resolve(connection);
  };

  check = () => {
    this.checked += 1;
    return Promise.resolve();
  };

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('SessionEvents', () => {
  let world: World;
  let events: SessionEvents;
  let connects: number;
  let heard: string[];

  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => {
    events.dispose();
    world.close();
  });

  async function listen(watchdog?: number): Promise<void> {
    connects = 0;
    heard = [];
    events = new SessionEvents(world, { logger: world.logger, ...(watchdog === undefined ? {} : { watchdog }) });
    events.onDidConnect(() => (connects += 1));
    events.onEvent(({ type, directory }) => heard.push(`${type} in ${directory}`));
    await connected(1);
  }
  const connected = (times: number) => waitFor(`connection ${times}`, () => connects === times && events.connection !== undefined);

  it('tells what happens in all directories', async () => {
    await listen();
    world.say('session.idle', { sessionID: 'ses_1' });
    await waitFor('the event', () => heard.includes('session.idle in /repository'));
  });

  it('goes on when a listener fails', async () => {
    await listen();
    events.onEvent(() => {
      throw new Error('a bad listener');
    });
    world.say('session.idle', {});
    world.say('session.status', {});
    await waitFor('both events', () => heard.includes('session.idle in /repository') && heard.includes('session.status in /repository'));
    assert.ok(world.logger.lines.some(line => line.startsWith('error: a listener')));
  });

  it('connects again when the stream breaks, and has the server looked at', async () => {
    await listen();
    let breaks = 0;
    events.onDidDisconnect(() => (breaks += 1));
    world.streams.at(-1)?.destroy();
    await connected(2);
    world.streams.at(-1)?.end();
    await connected(3);
    assert.deepEqual([breaks, world.checked, world.ensured], [2, 2, 0]);
  });

  it('takes a stream that says nothing for broken', async () => {
    await listen(100);
    await waitFor('another connection', () => connects > 1);
    assert.ok(world.logger.lines.some(line => line.includes('broke')));
  });

  it('follows the server to another address', async () => {
    await listen();
    const other = world.newConnection();
    world.become('running', other);
    await connected(2);
    assert.equal(events.connection, other);
  });

  it('waits for a server that failed until somebody starts it', async () => {
    await listen();
    world.become('failed');
    await waitFor('the break', () => events.connection === undefined);
    assert.equal(world.ensured, 0);
    world.become('running', world.newConnection());
    await connected(2);
  });

  it('starts a server again that failed while it was kept alive', async () => {
    await listen();
    const hold = events.keepAlive();
    world.become('failed');
    await connected(2);
    assert.equal(world.ensured, 1);
    hold.dispose();
  });

  it('does not start one again that was stopped, and says so to who keeps it alive', async () => {
    await listen();
    const reasons: string[] = [];
    events.onDidGiveUp(({ reason }) => reasons.push(reason));
    const hold = events.keepAlive();
    world.become('stopped');
    await waitFor('the word', () => reasons.length > 0);
    assert.deepEqual([reasons[0], world.ensured], ['stopped', 0]);
    hold.dispose();
  });

  it('gives up at once where starting again cannot help', async () => {
    await listen();
    const reasons: string[] = [];
    events.onDidGiveUp(({ reason }) => reasons.push(reason));
    world.refusal = new OpencodeError('no-binary', 'It was removed.');
    const hold = events.keepAlive();
    world.become('failed');
    await waitFor('the word', () => reasons.length > 0);
    assert.deepEqual([reasons, world.ensured], [['no-binary'], 1]);
    hold.dispose();
  });

  it('leaves nothing open when it is disposed', async () => {
    await listen();
    const closed = once(world.streams.at(-1) ?? assert.fail(), 'close');
    events.dispose();
    await closed;
  });
});
