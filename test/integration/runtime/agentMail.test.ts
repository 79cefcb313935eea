import assert from 'node:assert/strict';
import { ThreadMail } from '../../../src/runtime/agentMail/threadMail';
import { AgentMailServer } from '../../support/agentMailServer';
import { recordingLogger } from '../../support/recordingLogger';
import { waitFor } from '../../support/waitFor';

const root = '/repository';
const thread = '01.01.01';

describe('A thread at an MCP Agent Mail server', () => {
  let server: AgentMailServer;
  let notices: string[];
  beforeEach(async () => {
    server = await AgentMailServer.start('secret');
    notices = [];
  });
  afterEach(() => server.close());

  const mailOf = (token = 'secret', url = server.url) =>
    new ThreadMail({
      url,
      token: () => Promise.resolve(token),
      root,
      logger: recordingLogger(),
      notice: text => notices.push(text),
      pace: 10,
    });
  const wait = (signal = new AbortController().signal) => ({ signal, onConflict: (reason: string) => notices.push(reason) });
  const tools = () => server.calls.map(({ tool }) => tool);

  it('has its files reserved before it begins, gives them back and says how it ended', async () => {
    const mail = mailOf();
    await mail.begin(thread, ['src/**', 'a.ts'], wait());
    await mail.end(thread, { completed: true, text: 'Its work is merged.' });
    await mail.dispose();
    assert.deepEqual(tools().slice(0, 4), ['ensure_project', 'register_agent', 'file_reservation_paths', 'release_file_reservations']);
    assert.equal(server.callsOf('ensure_project')[0]?.input.human_key, root);
    assert.deepEqual(server.callsOf('file_reservation_paths')[0]?.input, {
      project_key: root,
      agent_name: 'Agent1',
      paths: ['src/**', 'a.ts'],
      ttl_seconds: 3600,
      exclusive: true,
      reason: thread,
    });
    assert.deepEqual(server.callsOf('send_message').map(({ input }) => [input.sender_name, input.to, input.subject, input.importance]), [
      ['Agent1', ['Agent2'], 'Task 01.01.01 Complete', 'normal'],
    ]); // prettier-ignore
    assert.deepEqual(notices, []);
  });

  it('waits while somebody else has one, keeping nothing meanwhile, and says who', async () => {
    server.held.set('a.ts', 'BoldMarsh');
    const mail = mailOf();
    const began: string[] = [];
    const beginning = mail.begin(thread, ['a.ts'], wait()).then(() => began.push(thread));
    await waitFor('a second try', () => server.callsOf('file_reservation_paths').length >= 2);
    assert.deepEqual(began, []);
    assert.ok(server.callsOf('release_file_reservations').length >= 1);
    assert.deepEqual([...new Set(notices)], ['BoldMarsh has a.ts reserved at the Agent Mail server']);
    server.held.clear();
    await beginning;
    await mail.end(thread, { completed: false, text: 'no key' });
    const [message] = server.callsOf('send_message');
    assert.deepEqual([message?.input.subject, message?.input.importance], ['Task 01.01.01 FAILED', 'high']);
    await mail.dispose();
  });

  it('stops waiting when it is stopped', async () => {
    server.held.set('a.ts', 'BoldMarsh');
    const stop = new AbortController();
    const beginning = mailOf().begin(thread, ['a.ts'], wait(stop.signal));
    await waitFor('it to wait', () => notices.length > 0);
    stop.abort();
    await assert.rejects(beginning, { name: 'AbortError' });
  });

  it('goes on without a server that refuses or is not there, with one warning', async () => {
    const refused = mailOf('wrong');
    for (const id of [thread, '01.01.02']) await refused.begin(id, ['a.ts'], wait());
    await refused.end(thread, { completed: true, text: '' });
    assert.equal(server.unauthorized.length > 0, true);
    assert.deepEqual(server.calls, []);
    assert.equal(notices.length, 1, notices.join('\n'));
    assert.match(notices[0] ?? '', /^Agent Mail at http:\/\/127\.0\.0\.1:\d+\/mcp\/ cannot be used, so files are not reserved there: /);
    assert.doesNotMatch(notices[0] ?? '', /wrong/);
    notices = [];
    await mailOf('secret', 'http://127.0.0.1:9/mcp/').begin(thread, ['a.ts'], wait());
    assert.equal(notices.length, 1);
  });

  it('asks nothing for a thread that declares no files', async () => {
    await mailOf().begin(thread, [], wait());
    assert.deepEqual(server.calls, []);
  });
});
