import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import { isOpencodeError } from '../../../src/runtime/opencode/opencodeError';
import { cutOffError } from '../../../src/runtime/opencode/sessionCondition';
import { startHarness, type Harness } from '../../support/opencodeHarness';
import { isRunning } from '../../support/processes';
import { waitFor } from '../../support/waitFor';

/** The state in which kill -9 leaves a session, and what makes it fit to go on with. */
describe('a session whose server was killed', function () {
  this.timeout(180_000);
  let harness: Harness;
  let directory: string;
  /** One session for each state; one kill cut them all off. */
  let cutOff: Awaited<ReturnType<typeof cutAllOff>>;

  before(async () => {
    harness = await startHarness();
    directory = await harness.repository('cut');
    cutOff = await cutAllOff();
  });
  after(() => harness.dispose());

  const sessions = () => harness.opencode.sessions;
  const newIds = () => ({ messageId: newMessageId(), partId: newPartId() });
  const create = async (ask = false) => {
    const permission = ask ? ([{ permission: 'bash', pattern: '*', action: 'ask' }] as const) : undefined;
    return (await sessions().create({ directory, title: 'Cut', permission })).id;
  };
  const prompt = (session: string, text: string, ids = newIds()) => sessions().prompt({ directory, session, text, ...ids });
  const requestsOf = (session: string) => harness.model.requests.filter(request => request.session === session);
  const condition = (session: string) => sessions().condition(directory, session);
  const there = (name: string) =>
    access(path.join(directory, name)).then(
      () => true,
      () => false,
    );

  /** Sends a prompt past our own code and kills the server in the moment in which it answers. */
  async function killAtAnswer(session: string, body: unknown): Promise<void> {
    const { url, headers } = await harness.server.ensure();
    const { pid = 0 } = harness.server.status;
    const target = `${url}/session/${session}/prompt_async?directory=${encodeURIComponent(directory)}`;
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(target, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } }, response => {
        process.kill(pid, 'SIGKILL');
        response.on('error', () => undefined).resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end(JSON.stringify(body));
    });
    assert.equal(status, 204);
  }

  async function restart(): Promise<void> {
    const { pid = 0 } = harness.server.status;
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    await waitFor('the death to be noticed', async () => {
      await harness.server.check();
      return harness.server.status.pid !== pid;
    });
    await harness.server.ensure();
  }

  const work = () => ({
    root: directory,
    stream: '001-x',
    task: '01.01.01.01',
    thread: '01.01.01',
    attempt: '01.01.01.01#1',
    worktree: directory,
    isolation: 'task',
    inbox: directory,
  });
  /** Runs for as long as its folder is there. */
  const endless = 'touch began; while test -e began; do sleep 0.1; done';

  async function cutAllOff() {
    const { id: found } = await sessions().create({ directory, title: 'Mine', metadata: { work: work() } });
    const streaming = await create();
    await prompt(streaming, '[[stream one |two |three]]');
    await waitFor('the first word', async () => {
      harness.model.release();
      return (await sessions().messages(directory, streaming)).some(({ info, parts }) => info.role === 'assistant' && parts.length > 1);
    });
    const [asking, between, running] = await Promise.all([create(true), create(), create()]);
    await prompt(asking, '[[bash touch allowed]]\n[[say x]]');
    await prompt(between, '[[bash echo kept]]\n[[gate]]\n[[say x]]');
    await prompt(running, `[[bash ${endless}]]\n[[say x]]`);
    await waitFor('the permission', () => harness.opencode.asks.pending.some(({ rootSession }) => rootSession === asking));
    await waitFor('the second request', () => requestsOf(between).length === 2);
    await waitFor('the tool to run', () => there('began'));
    const repairedEarly = await sessions()
      .repair(directory, running)
      .catch((error: unknown) => error);
    const before = { running: await condition(running), asking: await condition(asking) };
    await restart();
    return { found, streaming, asking, between, running, before, repairedEarly };
  }

  /** Goes on with a new prompt, and gives what the model was sent with it, but for the system's text. */
  async function goOn(session: string): Promise<readonly (readonly [string, string])[]> {
    const sent = requestsOf(session).length;
    await prompt(session, 'Go on.\n[[say Went on.]]');
    const request = await waitFor('the model to be asked', () => requestsOf(session)[sent]);
    await waitFor('the end', async () => (await condition(session)).kind === 'finished');
    return request.messages.filter(({ role }) => role !== 'system').map(({ role, text }) => [role, text] as const);
  }

  const roles = (messages: readonly (readonly [string, string])[]) => messages.map(([role]) => role);

  it('was running a tool: the call is named, and the model reads that it was cut off', async () => {
    const { running: session, before: was, repairedEarly } = cutOff;
    assert.deepEqual(was.running, { kind: 'busy' });
    assert.ok(isOpencodeError(repairedEarly, 'busy'), String(repairedEarly));
    const cut = `bash: ${endless}`;
    assert.deepEqual(await condition(session), { kind: 'unfinished', cut });
    assert.deepEqual(await sessions().repair(directory, session), { cut });
    assert.deepEqual(await sessions().repair(directory, session), { cut }, 'repaired twice');
    assert.deepEqual(await condition(session), { kind: 'unfinished', cut });
    const messages = await goOn(session);
    assert.deepEqual(roles(messages), ['user', 'assistant', 'tool', 'user']);
    assert.ok(messages[2]?.[1].includes(cutOffError), messages[2]?.[1]);
  });

  it('waited for a permission: the call is named, and nothing of it ran', async () => {
    const { asking: session, before: was } = cutOff;
    assert.deepEqual(was.asking, { kind: 'busy' });
    assert.deepEqual(await sessions().repair(directory, session), { cut: 'bash: touch allowed' });
    const messages = await goOn(session);
    assert.deepEqual(roles(messages), ['user', 'assistant', 'tool', 'user']);
    assert.ok(messages[2]?.[1].includes(cutOffError));
    assert.equal(await there('allowed'), false);
  });

  it('was streaming: the empty answer is gone', async () => {
    const { streaming: session } = cutOff;
    assert.deepEqual(await condition(session), { kind: 'unfinished', cut: undefined });
    assert.deepEqual(await sessions().repair(directory, session), { cut: undefined });
    assert.deepEqual(
      (await sessions().messages(directory, session)).map(({ info }) => info.role),
      ['user'],
    );
    assert.deepEqual(roles(await goOn(session)), ['user', 'user']);
  });

  it('was between two steps: what the tool gave is kept, the answer that was begun is not', async () => {
    const { between: session } = cutOff;
    assert.deepEqual(await condition(session), { kind: 'unfinished', cut: undefined });
    assert.deepEqual(await sessions().repair(directory, session), { cut: undefined });
    const messages = await goOn(session);
    assert.deepEqual(roles(messages), ['user', 'assistant', 'tool', 'user']);
    assert.match(messages[2]?.[1] ?? '', /kept/);
  });

  it('had only just accepted the prompt: the same ids put it there once, and the model is asked once', async () => {
    const text = '[[write once.txt | once]]\n[[say Once.]]';
    let session = '';
    let ids = newIds();
    let state = 'stored';
    for (let tries = 1; tries <= 5 && state === 'stored'; tries++) {
      session = await create();
      ids = newIds();
      await killAtAnswer(session, { messageID: ids.messageId, parts: [{ id: ids.partId, type: 'text', text }] });
      await restart();
      state = await sessions().promptState({ directory, session, messageId: ids.messageId, partIds: [ids.partId] });
    }
    assert.match(state, /^(absent|partial)$/, 'the server answered, yet it has nothing');
    await prompt(session, text, ids);
    await prompt(session, text, ids);
    assert.equal(await sessions().promptState({ directory, session, messageId: ids.messageId, partIds: [ids.partId] }), 'stored');
    await waitFor('the end', async () => (await condition(session)).kind === 'finished');
    await prompt(session, text, ids);
    assert.deepEqual(await condition(session), { kind: 'finished' });
    const messages = await sessions().messages(directory, session);
    assert.deepEqual(
      messages.filter(({ info }) => info.role === 'user').map(({ info, parts }) => [info.id, parts.length]),
      [[ids.messageId, 1]],
    );
    assert.equal(await readFile(path.join(directory, 'once.txt'), 'utf8'), 'once\n');
    assert.deepEqual(
      requestsOf(session).map(({ turn }) => turn),
      [0, 1],
    );
  });

  it('is not sent an old prompt after a later one', async () => {
    const session = await create();
    const old = newIds();
    await prompt(session, '[[say Later.]]');
    await waitFor('the end', async () => (await condition(session)).kind === 'finished');
    assert.equal(await sessions().promptState({ directory, session, messageId: old.messageId, partIds: [old.partId] }), 'superseded');
  });

  it('is found by the attempt it was made for, and told from one that never was', async () => {
    const { found: id } = cutOff;
    const mine = work();
    assert.equal(await sessions().findByMetadata(directory, mine), id);
    assert.equal(await sessions().findByMetadata(directory, { ...mine, attempt: '01.01.01.01#2' }), undefined);
    assert.equal(await sessions().findByMetadata(directory, { ...mine, stream: '002-y' }), undefined);
    assert.equal(await sessions().findByMetadata(await harness.repository('elsewhere'), mine), undefined);
    assert.deepEqual(await condition(id), { kind: 'finished' });
    assert.deepEqual(await condition('ses_nothing'), { kind: 'gone' });
  });
});
