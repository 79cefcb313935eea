import assert from 'node:assert/strict';
import { isOpencodeError, OpencodeError } from '../../../../src/runtime/opencode/opencodeError';
import { answerError, request } from '../../../../src/runtime/opencode/request';

describe('answerError', () => {
  const cases: readonly { readonly status: number; readonly body: unknown; readonly reason: string; readonly says: RegExp }[] = [
    { status: 401, body: '', reason: 'unauthorized', says: /user name and password/ },
    {
      status: 400,
      body: { name: 'ConfigJsonError', data: { path: '/r/opencode.json', message: '\nValueExpected at line 1' } },
      reason: 'bad-config',
      says: /\/r\/opencode\.json: ValueExpected at line 1[\s\S]*restart/,
    },
    {
      status: 404,
      body: { name: 'NotFoundError', data: { message: 'Session not found: ses_x' } },
      reason: 'no-such-session',
      says: /Session not found: ses_x/,
    },
    { status: 404, body: { _tag: 'PermissionNotFoundError', requestID: 'per_x' }, reason: 'no-such-ask', says: /status 404/ },
    {
      status: 500,
      body: { name: 'UnknownError', data: { message: 'Unexpected server error' } },
      reason: 'request-failed',
      says: /Unexpected server error/,
    },
    { status: 502, body: '<html>', reason: 'request-failed', says: /status 502/ },
  ];
  for (const { status, body, reason, says } of cases) {
    it(`reads status ${status} with ${JSON.stringify(body)} as ${reason}`, () => {
      const error = answerError('read the session', status, body);
      assert.deepEqual([error.reason, error.statusCode], [reason, status]);
      assert.match(error.message, says);
    });
  }
});

describe('request', () => {
  it('gives the data of an answer', async () => {
    assert.equal(await request('ask', {}, () => Promise.resolve({ data: 7, response: new Response() })), 7);
  });

  it('says why the server cannot be reached', async () => {
    const cause = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:4096') });
    await assert.rejects(
      request('list sessions', {}, () => Promise.resolve({ error: cause, response: undefined })),
      { reason: 'unreachable', message: /Cannot list sessions.*ECONNREFUSED/ },
    );
  });

  it('does not wait for ever', async () => {
    const never = ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    await assert.rejects(request('ask', { timeout: 10 }, never), { reason: 'unreachable', message: /did not answer within/ });
  });

  it('rejects with the reason of the signal when that is aborted', async () => {
    const reason = new Error('enough');
    await assert.rejects(
      request('ask', { signal: AbortSignal.abort(reason) }, () => assert.fail('was called')),
      reason,
    );
  });
});

describe('isOpencodeError', () => {
  it('tells the reasons apart', () => {
    const error: unknown = new OpencodeError('stopped', 'It stopped.');
    assert.deepEqual(
      [
        isOpencodeError(error),
        isOpencodeError(error, 'stopped', 'unreachable'),
        isOpencodeError(error, 'unreachable'),
        isOpencodeError(new Error('x')),
      ],
      [true, true, false, false],
    );
  });
});
