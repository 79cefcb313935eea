import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConnection } from '../../../../src/runtime/opencode/connection';
import { OpencodeError } from '../../../../src/runtime/opencode/opencodeError';
import { isPortFree } from '../../../../src/runtime/opencode/ports';
import { versionWarning, waitForHealth } from '../../../../src/runtime/opencode/serverHealth';

describe('versionWarning', () => {
  it('is silent about the version that is tested', () => assert.equal(versionWarning('1.18.33'), undefined));
  it('warns of another one of the same major version', () => assert.match(versionWarning('1.20.0') ?? '', /opencode 1\.20\.0.*1\.18\.33/));
  for (const version of ['0.9.1', '2.0.0', 'local']) {
    it(`refuses ${version}`, () =>
      assert.throws(() => versionWarning(version), { reason: 'wrong-version', message: /npm install -g opencode-ai@1\.18\.33/ }));
  }
});

describe('waitForHealth', () => {
  let server: Server;
  let asked = 0;
  let answer: (nth: number) => { readonly status: number; readonly body: string } | undefined;

  beforeEach(async () => {
    asked = 0;
    server = createServer((_request, response) => {
      const given = answer((asked += 1));
      if (given) response.writeHead(given.status, { 'content-type': 'application/json' }).end(given.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const connection = () => createConnection({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const healthy = { status: 200, body: '{"healthy":true,"version":"1.18.33"}' };

  it('asks again while an earlier question is never answered', async () => {
    answer = nth => (nth < 3 ? undefined : healthy);
    assert.equal(await waitForHealth(connection(), 30_000, () => undefined), '1.18.33');
  });

  it('ends at once where the credentials are wrong or something else answers', async () => {
    answer = () => ({ status: 401, body: '' });
    await assert.rejects(
      waitForHealth(connection(), 30_000, () => undefined),
      { reason: 'unauthorized' },
    );
    answer = () => ({ status: 200, body: '{"hello":"world"}' });
    await assert.rejects(
      waitForHealth(connection(), 30_000, () => undefined),
      { reason: 'request-failed' },
    );
  });

  it('ends when the server is gone, when time is up, and when it is told to', async () => {
    answer = () => undefined;
    const gone = new OpencodeError('did-not-start', 'It ended.');
    await assert.rejects(
      waitForHealth(connection(), 30_000, () => gone),
      gone,
    );
    await assert.rejects(
      waitForHealth(connection(), 0, () => undefined),
      { reason: 'unreachable' },
    );
    await assert.rejects(waitForHealth(connection(), 30_000, () => undefined, AbortSignal.timeout(20)));
  });
});

describe('isPortFree', () => {
  it('tells a port that somebody listens on from one that is free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.equal(await isPortFree(port), false);
    await new Promise(resolve => server.close(resolve));
    assert.equal(await isPortFree(port), true);
  });
});
