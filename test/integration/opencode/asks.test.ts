import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AgentAsk, PermissionAsk, QuestionAsk } from '../../../src/domain/tree/nodes';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import { startHarness, type Harness } from '../../support/opencodeHarness';
import { waitFor } from '../../support/waitFor';

describe('what agents of a real server ask', function () {
  this.timeout(120_000);
  let harness: Harness;
  let directory: string;

  before(async () => {
    harness = await startHarness({ configuration: { agent: { general: { permission: { question: 'allow', bash: 'ask' } } } } });
    directory = await harness.repository('asking');
  });
  after(() => harness.dispose());

  const asks = () => harness.opencode.asks;
  const askBeforeBash = [{ permission: 'bash', pattern: '*', action: 'ask' }] as const;

  async function begin(text: string): Promise<string> {
    const { id } = await harness.opencode.sessions.create({ directory, title: 'Asks', permission: askBeforeBash });
    await harness.opencode.sessions.prompt({ directory, session: id, text, messageId: newMessageId(), partId: newPartId() });
    return id;
  }

  async function end(session: string) {
    const follower = harness.opencode.sessions.follow(directory, session);
    try {
      return await follower.idle();
    } finally {
      follower.dispose();
    }
  }

  const asked = (root: string) => waitFor('an ask', () => asks().pending.find(ask => ask.rootSession === root));
  async function permission(root: string): Promise<PermissionAsk> {
    const ask = await asked(root);
    assert.equal(ask.kind, 'permission');
    return ask;
  }
  async function question(root: string): Promise<QuestionAsk> {
    const ask = await asked(root);
    assert.equal(ask.kind, 'question');
    return ask;
  }

  const which = {
    questions: [
      {
        question: 'Which one?',
        header: 'Choice',
        options: [
          { label: 'A', description: 'first' },
          { label: 'B', description: 'second' },
        ],
      },
    ],
  };
  const task = (prompt: string) => `[[tool task ${JSON.stringify({ description: 'Below', prompt, subagent_type: 'general' })}]]`;
  const lastRequest = (session: string) => harness.model.requests.findLast(request => request.session === session);

  it('gives a permission that a session asks for', async () => {
    const session = await begin('[[bash echo allowed > allowed.txt]]\n[[say Done.]]');
    const ask = await permission(session);
    assert.deepEqual(
      [ask.directory, ask.session, ask.permission, ask.title],
      [directory, session, 'bash', 'bash: echo allowed > allowed.txt'],
    );
    await asks().replyPermission(ask, 'once');
    assert.equal((await end(session)).lastText, 'Done.');
    assert.equal(await readFile(path.join(directory, 'allowed.txt'), 'utf8'), 'allowed\n');
    assert.deepEqual(asks().pending, []);
  });

  it('turns a permission down, with a reason for the agent, which goes on', async () => {
    const session = await begin('[[bash touch refused.txt]]\n[[say Then not.]]');
    await asks().replyPermission(await permission(session), 'reject', 'Not in this house.');
    assert.equal((await end(session)).lastText, 'Then not.');
    assert.ok(lastRequest(session)?.messages.some(({ text }) => text.includes('Not in this house.')));
    await assert.rejects(readFile(path.join(directory, 'refused.txt')));
  });

  it('turns a permission down without a reason, and the agent stops', async () => {
    const session = await begin('[[bash touch refused.txt]]\n[[say Never said.]]');
    await asks().replyPermission(await permission(session), 'reject');
    const { kind, finish, lastText, error } = await end(session);
    assert.deepEqual({ kind, finish, lastText, error }, { kind: 'idle', finish: 'tool-calls', lastText: '', error: undefined });
  });

  it('asks no more for what is always allowed', async () => {
    const session = await begin('[[bash echo one]]\n[[bash echo two]]\n[[say Both.]]');
    await asks().replyPermission(await permission(session), 'always');
    assert.equal((await end(session)).lastText, 'Both.');
  });

  it('answers a question', async () => {
    const session = await begin(`[[tool question ${JSON.stringify(which)}]]\n[[say Thanks.]]`);
    const ask = await question(session);
    assert.deepEqual(ask.questions, [{ ...which.questions[0], multiple: false }]);
    await asks().answerQuestion(ask, [['B']]);
    assert.equal((await end(session)).lastText, 'Thanks.');
    assert.ok(lastRequest(session)?.messages.some(({ text }) => text.includes('"Which one?"="B"')));
  });

  it('turns a question down', async () => {
    const session = await begin(`[[tool question ${JSON.stringify(which)}]]\n[[say Thanks.]]`);
    await asks().rejectQuestion(await question(session));
    assert.equal((await end(session)).kind, 'idle');
    assert.deepEqual(asks().pending, []);
  });

  it('brings what a sub-agent asks to the session that it works for', async () => {
    const session = await begin(
      `${task(`[[bash printf below > below.txt]]\n[[tool question ${JSON.stringify(which)}]]\n[[say Below.]]`)}\n[[say Above.]]`,
    );
    const first = await permission(session);
    assert.notEqual(first.session, session);
    await asks().replyPermission(first, 'once');
    const second = await waitFor('the question', () =>
      asks().pending.find((ask): ask is QuestionAsk => ask.kind === 'question' && ask.rootSession === session),
    );
    assert.equal(second.session, first.session);
    await asks().answerQuestion(second, [['A']]);
    assert.equal((await end(session)).lastText, 'Above.');
    assert.equal(await readFile(path.join(directory, 'below.txt'), 'utf8'), 'below');
  });

  it('forgets what an aborted session asked, although the server still lists it', async () => {
    const session = await begin('[[bash touch x]]\n[[say x]]');
    await asked(session);
    await harness.opencode.sessions.abort(directory, session);
    await waitFor('nothing to be asked', () => asks().pending.length === 0);
    await asks().refresh([directory]);
    assert.deepEqual(asks().pending, []);
  });

  it('lets another program see and answer, and hears of it', async () => {
    const session = await begin('[[bash touch elsewhere.txt]]\n[[say Elsewhere.]]');
    const ask = await permission(session);
    const other = harness.another();
    try {
      await other.server.find();
      const seen: AgentAsk = await waitFor('the ask in the other program', () => other.asks.pending.find(({ id }) => id === ask.id));
      assert.equal(seen.rootSession, session);
      await other.asks.replyPermission(seen as PermissionAsk, 'once');
      await waitFor('the answer to be heard of', () => asks().pending.length === 0);
      assert.equal((await end(session)).lastText, 'Elsewhere.');
      await asks().replyPermission(ask, 'once');
    } finally {
      other.dispose();
    }
  });
});
