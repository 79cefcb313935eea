import assert from 'node:assert/strict';
import { residentMegabytes } from '../../../src/runtime/opencode/memoryGuard';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import type { OpencodeRuntime } from '../../../src/runtime/opencode/opencodeRuntime';
import { harnessSettings, randomPort, startHarness, type Harness } from '../../support/opencodeHarness';
import { waitFor } from '../../support/waitFor';

describe('a server past its memory limit', function () {
  this.timeout(180_000);
  let harness: Harness;
  let opencode: OpencodeRuntime;
  let memoryLimit = 0;
  const port = randomPort();

  before(async function () {
    if (process.platform !== 'linux') this.skip(); // elsewhere nobody says what a process holds
    harness = await startHarness({ port });
    opencode = harness.another({ settings: () => harnessSettings({ port, memoryLimit }) });
  });
  after(async () => {
    opencode.dispose();
    await harness.dispose();
  });

  it('is restarted before the next attempt, once no agent works, and nothing of a session is lost', async () => {
    const directory = await harness.repository('memory');
    const { sessions, server } = opencode;
    await server.ensure();
    const pid = server.status.pid ?? 0;
    await opencode.beforeAttempt();
    assert.equal(server.status.pid, pid, 'without a limit it stays');
    memoryLimit = 100_000;
    await opencode.beforeAttempt();
    assert.equal(server.status.pid, pid, 'below the limit it stays');

    const { id: session } = await sessions.create({ directory, title: 'Memory' });
    await sessions.prompt({ directory, session, messageId: newMessageId(), partId: newPartId(), text: '[[gate]]\n[[say Kept.]]' });
    await waitFor('the agent to work', () => harness.model.waiting === 1);
    memoryLimit = 100;
    assert.ok(((await residentMegabytes(pid)) ?? 0) > memoryLimit);
    let passed = false;
    const next = opencode.beforeAttempt().then(() => (passed = true));
    const stopped = new AbortController();
    const impatient = assert.rejects(opencode.beforeAttempt(stopped.signal), { name: 'AbortError' });
    await waitFor('the wait to be told', () => harness.logger.lines.some(line => line.includes('it is restarted when no agent works')));
    stopped.abort();
    await impatient;
    assert.deepEqual([passed, server.status.pid], [false, pid], 'an agent works');
    harness.model.release();
    await next;
    assert.notEqual(server.status.pid, pid);
    assert.deepEqual(await sessions.condition(directory, session), { kind: 'finished' });
    const said = (await sessions.messages(directory, session)).flatMap(({ parts }) =>
      parts.flatMap(part => (part.type === 'text' ? [part.text] : [])),
    );
    assert.equal(said.at(-1), 'Kept.');
    assert.equal(harness.model.requests.filter(request => request.session === session).length, 1);
  });

  it('is not restarted for a limit that it can never keep, but that is said', async () => {
    const { server } = opencode;
    memoryLimit = 1;
    await opencode.beforeAttempt();
    const { pid } = server.status;
    await opencode.beforeAttempt();
    assert.equal(server.status.pid, pid);
    assert.ok(harness.logger.lines.some(line => line.includes('work.server.memoryLimit (1) is less than')));
  });
});
