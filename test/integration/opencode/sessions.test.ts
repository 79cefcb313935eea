import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ModelRef } from '../../../src/domain/agents';
import type { Activity, ToolActivity } from '../../../src/runtime/opencode/activity';
import { history } from '../../../src/runtime/opencode/activityHistory';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import type { SessionEnd, SessionFollower } from '../../../src/runtime/opencode/sessionFollower';
import { startHarness, type Harness } from '../../support/opencodeHarness';
import { waitFor } from '../../support/waitFor';

type Chosen = { readonly model?: ModelRef; readonly agent?: string };

describe('sessions of a real server', function () {
  this.timeout(120_000);
  let harness: Harness;
  let directory: string;

  before(async () => {
    harness = await startHarness({
      configuration: { agent: { poet: { mode: 'primary', description: 'Writes verse', prompt: 'You are a poet.' } } },
    });
    directory = await harness.repository('one');
  });
  after(() => harness.dispose());

  const sessions = () => harness.opencode.sessions;
  const create = async () => (await sessions().create({ directory, title: 'A test' })).id;
  const prompt = (session: string, text: string, chosen: Chosen = {}) =>
    sessions().prompt({ directory, session, text, messageId: newMessageId(), partId: newPartId(), ...chosen });

  async function followed<T>(session: string, act: (follower: SessionFollower, activities: readonly Activity[]) => Promise<T>): Promise<T> {
    const activities: Activity[] = [];
    const follower = sessions().follow(directory, session);
    follower.onActivity(activity => activities.push(activity));
    try {
      return await act(follower, activities);
    } finally {
      follower.dispose();
    }
  }

  /** Prompts and waits for the end, listening from before the prompt. */
  const say = (
    session: string,
    text: string,
    chosen: Chosen = {},
  ): Promise<{ readonly end: SessionEnd; readonly activities: readonly Activity[] }> =>
    followed(session, async (follower, activities) => {
      await prompt(session, text, chosen);
      return { end: await follower.idle(), activities };
    });

  const busy = (session: string) => waitFor('the session to be at work', async () => (await sessions().status(directory))[session]);
  const isTool = (activity: Activity): activity is ToolActivity => activity.type === 'tool';
  const textOf = (activities: readonly Activity[]) =>
    activities.flatMap(activity => (activity.type === 'text' ? [activity.delta] : [])).join('');
  const requestsOf = (session: string) => harness.model.requests.filter(request => request.session === session);

  it('tells what an agent does, each thing once, and how it ended', async () => {
    const session = await create();
    const { end, activities } = await say(
      session,
      'Do it.\n[[think Hm, let me see.]]\n[[write hello.txt | hi]]\n[[edit hello.txt | hi => ho]]\n[[bash echo nonce-$((40+2))]]\n[[say All is done.]]',
    );
    assert.equal(await readFile(path.join(directory, 'hello.txt'), 'utf8'), 'ho\n');
    const { kind, lastText, finish, sawOutput, error } = end;
    assert.deepEqual(
      { kind, lastText, finish, sawOutput, error },
      { kind: 'idle', lastText: 'All is done.', finish: 'stop', sawOutput: true, error: undefined },
    );
    const users = activities.filter(activity => activity.type === 'user');
    assert.equal(users.length, 1);
    const finished = activities.filter(isTool).filter(({ state }) => state === 'completed');
    assert.deepEqual(
      finished.map(({ tool, output }) => [tool, tool === 'bash' ? output : undefined]),
      [
        ['write', undefined],
        ['edit', undefined],
        ['bash', 'nonce-42\n'],
      ],
    );
    assert.match(finished[1]?.diff ?? '', /^-hi\n\+ho$/m);
    assert.ok(finished.every(({ startedAt = 0, endedAt = 0 }) => startedAt > 0 && endedAt >= startedAt));
    assert.equal(textOf(activities), 'All is done.');
    assert.equal(
      activities
        .filter(activity => activity.type === 'reasoning')
        .map(({ delta }) => delta)
        .join(''),
      'Hm, let me see.',
    );
    assert.deepEqual(
      activities.filter(activity => activity.type === 'status').map(({ status }) => status),
      ['busy', 'idle'],
    );
  });

  it('tells the same from the stored messages as it told live', async () => {
    const session = await create();
    const { end, activities } = await say(session, '[[bash echo one]]\n[[say Said.]]');
    const lasting = (all: readonly Activity[]) =>
      all.filter(activity => activity.type !== 'status' && !(activity.type === 'tool' && activity.state !== 'completed'));
    assert.deepEqual(lasting(history(end.messages)), lasting(activities));
  });

  it('streams a text while it is being said, also to who comes in the middle', async () => {
    const session = await create();
    await followed(session, async (follower, activities) => {
      await prompt(session, '[[stream first |second |third]]');
      // Once for each piece: a second release would let the next one go before anybody listens for it.
      const release = async (heard: readonly Activity[], text: string) => {
        await waitFor(`the model to hold "${text}" back`, () => harness.model.waiting > 0);
        harness.model.release();
        await waitFor(`"${text}"`, () => textOf(heard).includes(text));
      };
      await release(activities, 'first');
      await followed(session, async (_late, lateActivities) => {
        await release(lateActivities, 'second');
        await release(lateActivities, 'third');
        assert.equal((await follower.idle()).lastText, 'first second third');
        await waitFor('a hint to read the beginning', () => lateActivities.some(({ type }) => type === 'resynced'));
      });
      assert.equal(textOf(activities), 'first second third');
      assert.ok(!activities.some(({ type }) => type === 'resynced'));
    });
  });

  it('puts a prompt into the history once, however often it is sent', async () => {
    const session = await create();
    const ids = { messageId: newMessageId(), partId: newPartId() };
    const send = () => sessions().prompt({ directory, session, text: 'Only once.\n[[say Yes.]]', ...ids });
    await followed(session, async follower => {
      await Promise.all([send(), send()]);
      await follower.idle();
      await send();
      await follower.idle();
    });
    const messages = await sessions().messages(directory, session);
    assert.deepEqual(
      messages.map(({ info }) => info.role),
      ['user', 'assistant'],
    );
    assert.equal(messages[0]?.parts.length, 1);
    assert.equal((await sessions().message(directory, session, ids.messageId))?.info.id, ids.messageId);
    assert.equal(await sessions().message(directory, session, newMessageId()), undefined);
    assert.equal(requestsOf(session).length, 1);
  });

  it('waits for the end of each turn of a session', async () => {
    const session = await create();
    await followed(session, async follower => {
      for (const text of ['One.', 'Two.', 'Three.']) {
        await prompt(session, `[[say ${text}]]`);
        assert.equal((await follower.idle()).lastText, text);
      }
    });
  });

  it('finds the end of a turn that ended before anybody listened', async () => {
    const session = await create();
    await say(session, '[[say Long ago.]]');
    const end = await followed(session, follower => follower.idle());
    assert.deepEqual([end.kind, end.lastText], ['idle', 'Long ago.']);
  });

  it('sends the model and the agent that were chosen', async () => {
    const session = await create();
    await say(session, '[[say Ok.]]', { model: { providerID: 'lab', modelID: 'second' }, agent: 'poet' });
    const [request] = requestsOf(session);
    assert.equal(request?.model, 'second');
    assert.ok(request.messages.some(({ role, text }) => role === 'system' && text.includes('You are a poet.')));
    assert.equal((await sessions().get(directory, session))?.title, 'A test');
  });

  const failures: readonly {
    readonly name: string;
    readonly text: string;
    readonly chosen?: Chosen;
    readonly error: RegExp;
    readonly statusCode?: number;
    readonly sawOutput: boolean;
  }[] = [
    {
      name: 'a provider that refuses',
      text: '[[status 401 | no such key]]\n[[say x]]',
      error: /no such key/,
      statusCode: 401,
      sawOutput: false,
    },
    {
      name: 'a model that does not exist',
      text: '[[say x]]',
      chosen: { model: { providerID: 'lab', modelID: 'nope' } },
      error: /^Model not found: lab\/nope/,
      sawOutput: false,
    },
    {
      name: 'a provider that refuses after a tool call',
      text: '[[bash echo hi]]\n[[status 400 | too much]]\n[[say x]]',
      error: /too much/,
      statusCode: 400,
      sawOutput: true,
    },
  ];
  for (const { name, text, chosen, error, statusCode, sawOutput } of failures) {
    it(`names the error of ${name}`, async () => {
      const session = await create();
      const { end, activities } = await say(session, text, chosen);
      assert.equal(end.kind, 'idle');
      assert.match(end.error?.message ?? '', error);
      assert.equal(end.error?.statusCode, statusCode);
      assert.equal(end.sawOutput, sawOutput);
      const told = activities.filter(activity => activity.type === 'error');
      assert.equal(told.length, 1);
      assert.match(told[0]?.message ?? '', error);
    });
  }

  it('tells of retries and goes on', async () => {
    const session = await create();
    const { end, activities } = await say(session, '[[status 429 1 | slow down]]\n[[say After all.]]');
    assert.deepEqual([end.kind, end.lastText, end.error], ['idle', 'After all.', undefined]);
    const retry = activities.find(activity => activity.type === 'status' && activity.status === 'retry');
    assert.match((retry?.type === 'status' ? retry.message : undefined) ?? '', /slow down/);
  });

  it('refuses what cannot work, with a sentence', async () => {
    const session = await create();
    const ids = { messageId: newMessageId(), partId: newPartId() };
    await assert.rejects(sessions().create({ directory: path.join(directory, 'gone'), title: 'x' }), { reason: 'no-such-directory' });
    await assert.rejects(sessions().prompt({ directory, session: 'ses_nope', text: 'x', ...ids }), { reason: 'no-such-session' });
    await assert.rejects(prompt(session, 'x', { agent: 'nobody' }), { reason: 'not-stored', message: /Agent not found: "nobody"/ });
    assert.equal(await sessions().get(directory, 'ses_nope'), undefined);
  });

  it('stops an agent with its tools', async () => {
    const session = await create();
    const marker = path.join(directory, 'started');
    await followed(session, async follower => {
      await prompt(session, `[[bash touch started; sleep 600; touch never]]\n[[say x]]`);
      await waitFor('the tool to run', () =>
        readFile(marker).then(
          () => true,
          () => false,
        ),
      );
      const [end] = await Promise.all([follower.idle(), sessions().abort(directory, session)]);
      assert.deepEqual([end.kind, end.error?.name, end.sawOutput], ['aborted', 'MessageAbortedError', true]);
    });
    assert.deepEqual(await sessions().status(directory), {});
    await sessions().abort(directory, session);
  });

  it('gives up waiting when it is told to, and leaves the agent at work', async () => {
    const session = await create();
    await followed(session, async follower => {
      await prompt(session, '[[hang]]');
      await busy(session);
      const stop = new AbortController();
      const waiting = follower.idle(stop.signal);
      stop.abort();
      await assert.rejects(waiting, { name: 'AbortError' });
      await busy(session);
      await sessions().abort(directory, session);
      assert.equal((await follower.idle()).kind, 'aborted');
    });
  });

  it('does not take the end of a sub-agent for the end, and adds up what both cost', async () => {
    const session = await create();
    const task = { description: 'Ask', prompt: '[[usage input=7 output=3]]\n[[say From below.]]', subagent_type: 'general' };
    const { end } = await say(
      session,
      `[[usage input=1000 output=50]]\n[[tool task ${JSON.stringify(task)}]]\n[[usage input=2000 output=5]]\n[[say From above.]]`,
    );
    assert.equal(end.lastText, 'From above.');
    const [child] = await sessions().children(directory, session);
    assert.equal(child?.parentId, session);
    const { tokens } = await sessions().cost(directory, session);
    assert.deepEqual([tokens.input, tokens.output], [3007, 58]);
  });

  it('knows a session again by its metadata, in its directory alone', async () => {
    const other = await harness.repository('other');
    const { id } = await sessions().create({ directory: other, title: 'Elsewhere', metadata: { work: { attempt: '01.01.01.01#1' } } });
    const found = await sessions().list(other);
    assert.deepEqual(
      found.map(({ id: each, metadata }) => [each, metadata]),
      [[id, { work: { attempt: '01.01.01.01#1' } }]],
    );
    await sessions().prompt({
      directory,
      session: id,
      text: '[[write where.txt | here]]\n[[say x]]',
      messageId: newMessageId(),
      partId: newPartId(),
    });
    await waitFor('the file', () =>
      readFile(path.join(other, 'where.txt')).then(
        () => true,
        () => false,
      ),
    );
    await followed(id, follower => follower.idle());
    await harness.opencode.disposeInstance(other);
    await rm(other, { recursive: true });
    await harness.opencode.disposeInstance(other);
  });

  it('says what the server offers', async () => {
    const catalog = await harness.opencode.catalog(directory);
    assert.ok(
      catalog.has('lab', 'scripted') && catalog.has('lab', 'second') && !catalog.has('lab', 'nope') && !catalog.has('nobody', 'scripted'),
    );
    assert.deepEqual([...catalog.primaryAgents].sort(), ['build', 'plan', 'poet']);
    assert.deepEqual(catalog.defaultModel, { providerID: 'lab', modelID: 'scripted' });
    assert.equal(catalog.hasVariant({ providerID: 'lab', modelID: 'scripted', variant: 'max' }), false);
  });

  it('says how to open opencode on a session without putting the password into arguments', async () => {
    const session = await create();
    const { args, environment } = await harness.opencode.attachCommand(directory, session);
    assert.deepEqual(args, ['attach', harness.server.status.url, '--session', session, '--dir', directory]);
    assert.ok(environment.OPENCODE_SERVER_PASSWORD && !args.join(' ').includes(environment.OPENCODE_SERVER_PASSWORD));
  });
});
