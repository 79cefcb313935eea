import assert from 'node:assert/strict';
import type { Activity } from '../../../src/runtime/opencode/activity';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import { isOpencodeError } from '../../../src/runtime/opencode/opencodeError';
import type { SessionEnd, SessionFollower } from '../../../src/runtime/opencode/sessionFollower';
import { startHarness, type Harness } from '../../support/opencodeHarness';
import { isRunning } from '../../support/processes';
import { waitFor } from '../../support/waitFor';

type Work = {
  readonly session: string;
  readonly follower: SessionFollower;
  readonly activities: readonly Activity[];
  readonly end: Promise<SessionEnd>;
};

describe('a server that goes away while agents work', function () {
  this.timeout(180_000);
  let harness: Harness;
  let directory: string;

  before(async () => {
    harness = await startHarness();
    directory = await harness.repository('faulty');
  });
  after(() => harness.dispose());

  const create = async () => {
    const permission = [{ permission: 'bash', pattern: '*', action: 'ask' }] as const;
    return (await harness.opencode.sessions.create({ directory, title: 'Faulty', permission })).id;
  };
  const prompt = (session: string, text: string, ids = { messageId: newMessageId(), partId: newPartId() }) =>
    harness.opencode.sessions.prompt({ directory, session, text, ...ids });
  const said = ({ activities }: Work) => activities.flatMap(activity => (activity.type === 'text' ? [activity.delta] : [])).join('');
  const kill = () => process.kill(harness.server.status.pid ?? 0, 'SIGKILL');

  async function begin(text: string): Promise<Work> {
    const session = await create();
    const activities: Activity[] = [];
    const follower = harness.opencode.sessions.follow(directory, session);
    follower.onActivity(activity => activities.push(activity));
    await prompt(session, text);
    return { session, follower, activities, end: follower.idle() };
  }

  it('is started again, what it forgot is read again, and the turns are known to be cut off', async () => {
    const streaming = await begin('[[stream one |two |three]]');
    const asking = await begin('[[bash touch asked]]\n[[say x]]');
    await waitFor('the stream to wait', () => harness.model.waiting > 0);
    harness.model.release(); // once: each further one would let another word go
    await waitFor('the first word', () => said(streaming).includes('one'));
    await waitFor('the permission', () => harness.opencode.asks.pending.length === 1);
    const { pid } = harness.server.status;
    kill();
    const [cut, unanswered] = await Promise.all([streaming.end, asking.end]);
    assert.notEqual(harness.server.status.pid, pid);
    assert.deepEqual([cut.kind, cut.sawOutput, cut.error?.name], ['interrupted', true, 'SessionInterrupted']);
    assert.deepEqual([unanswered.kind, unanswered.sawOutput], ['interrupted', true]);
    assert.ok(streaming.activities.some(({ type }) => type === 'resynced'));
    assert.deepEqual(harness.opencode.asks.pending, []);
    await prompt(streaming.session, '[[say Again.]]');
    assert.equal((await streaming.follower.idle()).lastText, 'Again.');
    streaming.follower.dispose();
    asking.follower.dispose();
  });

  it('has a prompt once, although it was killed while it took it', async () => {
    const session = await create();
    const ids = { messageId: newMessageId(), partId: newPartId() };
    const text = '[[say Once.]]';
    const subscription = harness.opencode.events.onEvent(event => {
      if (event.type === 'message.updated' && event.properties.info.id === ids.messageId) kill();
    });
    await prompt(session, text, ids).catch((error: unknown) => assert.ok(isOpencodeError(error, 'unreachable'), String(error)));
    subscription.dispose();
    await prompt(session, text, ids);
    const messages = await harness.opencode.sessions.messages(directory, session);
    const asked = messages.filter(({ info }) => info.role === 'user');
    assert.deepEqual(
      asked.map(({ info, parts }) => [info.id, parts.length]),
      [[ids.messageId, 1]],
    );
  });

  for (const [when, moment] of [
    ['is asked for a session', 'asked'],
    ['has made a session', 'made'],
  ] as const) {
    it(`makes one session for an attempt, although it was killed when it ${when}`, async () => {
      const { sessions, events } = harness.opencode;
      const work = {
        root: directory,
        stream: '001-x',
        task: '01.01.01.01',
        thread: '01.01.01',
        attempt: `01.01.01.01#${moment}`,
        worktree: directory,
        isolation: 'task',
        inbox: directory,
      };
      await harness.server.ensure();
      await waitFor('the events', () => events.connection);
      const { pid = 0 } = harness.server.status;
      let killed = false;
      const killOnce = () => {
        if (!killed) kill();
        killed = true;
      };
      const subscription = events.onEvent(event => {
        if (moment === 'made' && event.type === 'session.created') killOnce();
      });
      const made = sessions.create({ directory, title: 'Once', metadata: { work } });
      if (moment === 'asked') setImmediate(killOnce);
      const { id } = await made;
      await waitFor('the kill', () => killed);
      subscription.dispose();
      await waitFor('the end of the server', () => !isRunning(pid));
      await harness.server.ensure();
      assert.notEqual(harness.server.status.pid, pid);
      const ours = (await sessions.list(directory)).filter(({ metadata }) => JSON.stringify(metadata.work) === JSON.stringify(work));
      assert.deepEqual(
        ours.map(session => session.id),
        [id],
      );
      assert.equal(await sessions.findByMetadata(directory, work), id);
    });
  }

  it('is known to be gone although nothing was asked of it', async () => {
    await harness.server.ensure();
    kill();
    await waitFor('the news', () => harness.server.status.state === 'failed');
    assert.deepEqual(await harness.opencode.sessions.status(directory), {});
    assert.equal(await harness.server.find(), undefined);
  });

  it('is not started again when it was stopped on purpose', async () => {
    const work = await begin('[[hang]]');
    await waitFor('the model to be asked', () => harness.model.waiting > 0);
    const outcome = work.end.then(
      ({ kind }) => kind,
      (error: unknown) => (error as { reason?: unknown }).reason,
    );
    await harness.server.stop();
    assert.ok(['aborted', 'stopped'].includes(String(await outcome)));
    assert.equal(harness.server.status.state, 'stopped');
    work.follower.dispose();
  });
});
