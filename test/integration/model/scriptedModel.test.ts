import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { startPluginServer, type PluginServer } from '../../support/pluginServer';
import { ScriptedModel } from '../../support/scriptedModel';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

type Part = { readonly type: string; readonly text?: string; readonly tool?: string };

describe('the scripted model behind a real opencode server', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let directory: string;
  let model: ScriptedModel;
  let server: PluginServer;

  before(async function () {
    this.timeout(120_000);
    folder = await temporaryDirectory();
    directory = path.join(folder.path, 'project');
    await mkdir(directory);
    model = await ScriptedModel.start({
      scripts: [
        {
          label: 'task one',
          directives: '[[write one.txt|first]]\n[[bash cat one.txt]]\n[[edit one.txt|first => second]]\n[[say Task one is done.]]',
        },
        { label: 'task two', directives: '[[say Not this one.]]' },
      ],
    });
    server = await startPluginServer(folder.path, model.url);
  });

  after(async () => {
    await server.stop();
    await model.close();
    await folder.dispose();
  });

  async function newSession(): Promise<string> {
    return (await server.client(directory).session.create({ title: 'A test' }, { throwOnError: true })).data.id;
  }

  const send = (sessionID: string, text: string) =>
    server.client(directory).session.promptAsync({ sessionID, parts: [{ type: 'text', text }] }, { throwOnError: true });

  /** Prompts, waits until the agent stops, and gives the parts of its last message. */
  async function ask(sessionID: string, text: string) {
    const { data } = await server.client(directory).session.prompt({ sessionID, parts: [{ type: 'text', text }] }, { throwOnError: true });
    return { info: data.info, parts: data.parts as readonly Part[] };
  }
  const said = (parts: readonly Part[], type = 'text') => parts.filter(part => part.type === type).map(({ text }) => text);

  it('plays the script whose label comes last, turn after turn', async () => {
    const session = await newSession();
    const { parts } = await ask(session, 'After task two comes your task one.');
    assert.deepEqual(said(parts), ['Task one is done.']);
    assert.equal(await readFile(path.join(directory, 'one.txt'), 'utf8'), 'second\n');
    const requests = model.requestsFor('task one');
    assert.deepEqual(
      requests.map(({ turn }) => turn),
      [0, 1, 2, 3],
    );
    assert.deepEqual([...new Set(requests.map(request => request.session))], [session]);
    assert.deepEqual([...new Set(requests.map(request => request.directory))], [directory]);
    assert.match(requests[2]?.messages.at(-1)?.text ?? '', /^first/);
  });

  it('starts its script over for the next message', async () => {
    const session = await newSession();
    await ask(session, '[[say one]]\n[[say never]]');
    assert.deepEqual(said((await ask(session, '[[say two]]')).parts), ['two']);
  });

  it('gets through when it fails for a while, and fails for good with its status', async () => {
    const { parts } = await ask(await newSession(), '[[status 429 1]]\n[[status 500 1]]\n[[say Through.]]');
    assert.deepEqual(said(parts), ['Through.']);
    const { info } = await ask(await newSession(), '[[status 401 | no such key]]');
    const { name, data } = (info as { error: { name: string; data: { statusCode: number; message: string } } }).error;
    assert.deepEqual([name, data.statusCode], ['APIError', 401]);
    assert.match(data.message, /no such key/);
  });

  it('reasons and counts', async () => {
    const { info, parts } = await ask(
      await newSession(),
      '[[think Let me see.]]\n[[usage input=1234 output=56 cached=200]]\n[[say Seen.]]',
    );
    assert.deepEqual(said(parts, 'reasoning'), ['Let me see.']);
    const { tokens } = info as { tokens: { input: number; output: number; cache: { read: number } } };
    assert.deepEqual([tokens.input + tokens.cache.read, tokens.output, tokens.cache.read], [1234, 56, 200]);
  });

  it('streams when it is told to, with what was set after the prompt', async () => {
    const session = await newSession();
    await send(session, '[[tell Begun.]]\n[[stream  and {{nonce}}|, and the end.]]');
    await waitFor('the stream to wait', () => model.waiting === 1);
    model.vars.nonce = 'plugh';
    model.release();
    await waitFor('the rest to wait', () => model.waiting === 1);
    model.release();
    const text = await waitFor('the whole text', async () => {
      const { data } = await server.client(directory).session.messages({ sessionID: session });
      const parts = (data?.at(-1)?.parts ?? []) as readonly Part[];
      return said(parts)[0]?.includes('the end') ? said(parts)[0] : undefined;
    });
    assert.equal(text, 'Begun.and plugh, and the end.');
  });

  it('hangs until the session is aborted', async () => {
    const session = await newSession();
    await send(session, '[[hang]]');
    await waitFor('the hang', () => model.waiting === 1);
    await server.client(directory).session.abort({ sessionID: session });
    await waitFor('the hang to end', () => model.waiting === 0);
  });

  it('answers none of several sessions until all of them wait', async () => {
    model.barrier(3);
    const before = model.requests.length;
    const answers = Array.from({ length: 3 }, async (_, index) => ask(await newSession(), `[[say ${index}]]`));
    assert.deepEqual(
      (await Promise.all(answers)).map(({ parts }) => said(parts)[0]),
      ['0', '1', '2'],
    );
    assert.equal(new Set(model.requests.slice(before, before + 3).map(request => request.session)).size, 3);
    assert.ok(model.mostAtOnce >= 3);
  });

  it('gives a title to a session without one, apart from its script', async () => {
    const client = server.client(directory);
    const session = (await client.session.create({}, { throwOnError: true })).data.id;
    await ask(session, '[[say Hello.]]');
    const title = await waitFor('the title', async () => {
      const { data } = await client.session.get({ sessionID: session });
      return data?.title === 'A scripted title' ? data.title : undefined;
    });
    assert.equal(title, 'A scripted title');
  });
});
