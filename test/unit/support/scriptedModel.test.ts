import assert from 'node:assert/strict';
import { ScriptedModel, type ScriptedModelOptions } from '../../support/scriptedModel';
import { waitFor } from '../../support/waitFor';

const tool = { type: 'function', function: { name: 'write', parameters: { type: 'object' } } };
const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

describe('ScriptedModel', () => {
  let model: ScriptedModel;
  afterEach(() => model.close());

  async function start(options: ScriptedModelOptions = {}) {
    model = await ScriptedModel.start(options);
  }

  function post(
    messages: readonly unknown[],
    {
      session = 'ses_1',
      tools = [tool] as readonly unknown[],
      signal,
    }: { session?: string; tools?: readonly unknown[]; signal?: AbortSignal } = {},
  ) {
    return fetch(`${model.url}/chat/completions`, {
      method: 'POST',
      headers: { 'x-session-id': session },
      body: JSON.stringify({ model: 'scripted', stream: true, messages, ...(tools.length > 0 ? { tools } : {}) }),
      ...(signal ? { signal } : {}),
    });
  }

  /** What a client puts together from the chunks. */
  async function answer(
    ...request: Parameters<typeof post>
  ): Promise<{ text: string; call?: { name: string; input: unknown }; finish?: string }> {
    const chunks = (await (await post(...request)).text()).split('\n\n').filter(line => line.startsWith('data: {'));
    let text = '';
    let name = '';
    let input = '';
    let finish: string | undefined;
    for (const chunk of chunks) {
      const [choice] = (JSON.parse(chunk.slice(6)) as { choices: { delta: Record<string, never>; finish_reason?: string }[] }).choices;
      const delta = choice?.delta as { content?: string; tool_calls?: { function: { name?: string; arguments: string } }[] } | undefined;
      text += delta?.content ?? '';
      name += delta?.tool_calls?.[0]?.function.name ?? '';
      input += delta?.tool_calls?.[0]?.function.arguments ?? '';
      finish = choice?.finish_reason ?? finish;
    }
    return {
      text,
      ...(name === '' ? {} : { call: { name, input: JSON.parse(input) as unknown } }),
      ...(finish === undefined ? {} : { finish }),
    };
  }

  it('says "Nothing to do." when nobody told it anything', async () => {
    await start();
    assert.deepEqual(await answer([user('hello')]), { text: 'Nothing to do.', finish: 'stop' });
  });

  it('plays the directives of a message, one a turn', async () => {
    await start();
    const prompt = user('Please.\n[[write a.txt|b]]\n[[say So.]]');
    assert.deepEqual(await answer([prompt]), {
      text: '',
      call: { name: 'write', input: { filePath: 'a.txt', content: 'b\n' } },
      finish: 'tool_calls',
    });
    assert.equal((await answer([prompt, assistant('')])).text, 'So.');
    assert.equal((await answer([prompt, assistant(''), assistant('So.')])).text, 'Done.');
  });

  it('counts turns from the last message of a user, not from what is added under its name', async () => {
    await start();
    const before = [user('old'), assistant('x'), assistant('y')];
    const prompt = user('[[say one]]\n[[say two]]');
    const reminder = user('<system-reminder>Keep going.</system-reminder>');
    assert.equal((await answer([...before, prompt])).text, 'one');
    assert.equal((await answer([...before, prompt, assistant('one'), reminder])).text, 'two');
  });

  it('plays the script whose label stands last in the message', async () => {
    await start({
      scripts: [
        { label: '01.01', directives: '[[say first]]' },
        { label: '01.02', directives: '[[say second]]' },
      ],
    });
    assert.equal((await answer([user('01.02 waits; yours is 01.01')])).text, 'first');
    assert.equal((await answer([user('01.01 is done; yours is 01.02')])).text, 'second');
    assert.deepEqual(
      model.requestsFor('01.02').map(({ number }) => number),
      [2],
    );
  });

  it('plays several scripts of one label in order, one for each message that asks', async () => {
    await start({
      scripts: [
        { label: 'task', directives: '[[say fails]]\n[[say still]]' },
        { label: 'task', directives: '[[say works]]' },
      ],
    });
    assert.equal((await answer([user('task')], { session: 'a' })).text, 'fails');
    assert.equal((await answer([user('task')], { session: 'b' })).text, 'works');
    assert.equal((await answer([user('task'), assistant('fails')], { session: 'a' })).text, 'still');
    assert.equal((await answer([user('task'), assistant('fails'), user('task again')], { session: 'a' })).text, 'works');
  });

  it('fails as often as it is told, then goes on with the same turn', async () => {
    await start();
    const prompt = [user('[[status 429 1 | slow down]]\n[[status 500 1]]\n[[say through]]')];
    const first = await post(prompt);
    assert.equal(first.status, 429);
    assert.deepEqual(await first.json(), { error: { message: 'slow down', type: 'rate_limit_error', code: null } });
    assert.equal((await post(prompt)).status, 500);
    assert.equal((await answer(prompt)).text, 'through');
  });

  it('sends a stream chunk by chunk, with values that were set after the prompt', async () => {
    await start();
    const streamed = answer([user('[[stream one {{nonce}}|two]]')]);
    await waitFor('the first chunk to wait', () => model.waiting === 1);
    model.vars.nonce = 'xyzzy';
    model.release();
    await waitFor('the second chunk to wait', () => model.waiting === 1);
    model.release();
    assert.equal((await streamed).text, 'one xyzzytwo');
  });

  it('answers none until as many wait as the barrier wants', async () => {
    await start();
    model.barrier(3);
    const ends: string[] = [];
    const asked = ['a', 'b'].map(async session => ends.push((await answer([user('[[say x]]')], { session })).text));
    await waitFor('two to wait', () => model.waiting === 2);
    assert.deepEqual(ends, []);
    await answer([user('[[say x]]')], { session: 'c' });
    await Promise.all(asked);
    assert.equal(model.mostAtOnce, 3);
    assert.equal((await answer([user('[[say after]]')])).text, 'after');
  });

  it('hangs until the other side gives up', async () => {
    await start();
    const stop = new AbortController();
    const response = await post([user('[[tell begun]]\n[[hang]]')], { signal: stop.signal });
    assert.equal(response.status, 200);
    await waitFor('the hang', () => model.waiting === 1);
    stop.abort();
    await waitFor('the hang to end', () => model.waiting === 0);
  });

  it('titles without tools and says so in its log', async () => {
    await start();
    assert.equal((await answer([user('[[write a|b]]')], { tools: [] })).text, 'A scripted title');
    assert.deepEqual(model.requests[0]?.tools, []);
  });

  it('keeps a log of who asked what, from where', async () => {
    await start();
    const system = { role: 'system', content: 'You are.\n  Working directory: /tmp/some where\n  Platform: linux' };
    await answer([system, user('hello'), assistant('x'), { role: 'tool', tool_call_id: '1', content: [{ type: 'text', text: 'result' }] }]);
    const [request] = model.requests;
    assert.deepEqual(
      {
        session: request?.session,
        directory: request?.directory,
        prompt: request?.prompt,
        turn: request?.turn,
        last: request?.messages.at(-1),
        tools: request?.tools,
      },
      {
        session: 'ses_1',
        directory: '/tmp/some where',
        prompt: 'hello',
        turn: 1,
        last: { role: 'tool', text: 'result' },
        tools: ['write'],
      },
    );
  });

  it('can be led over HTTP when it is another process', async () => {
    await start();
    const base = model.url.replace('/v1', '');
    const streamed = answer([user('[[stream {{word}}]]')]);
    await waitFor('the chunk to wait', async () => ((await (await fetch(`${base}/waiting`)).json()) as { waiting: number }).waiting === 1);
    await fetch(`${base}/vars?word=remote`, { method: 'POST' });
    await fetch(`${base}/release`, { method: 'POST' });
    assert.equal((await streamed).text, 'remote');
    assert.equal(((await (await fetch(`${base}/requests`)).json()) as unknown[]).length, 1);
  });
});
