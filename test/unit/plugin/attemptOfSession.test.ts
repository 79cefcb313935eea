import assert from 'node:assert/strict';
import { attemptOfSession, type SessionAttempt } from '../../../src/plugin/attemptOfSession';
import { agentEnvironment } from '../../../src/plugin/agentEnvironment';
import path from 'node:path';
import type { AttemptMetadata } from '../../../src/domain/run/attemptMetadata';

const work: AttemptMetadata = {
  root: '/repo',
  stream: '001-x',
  task: '01.01.01.02',
  thread: '01.01.01',
  attempt: '01.01.01.02#1',
  worktree: '/wt',
  isolation: 'task',
  inbox: '/repo/.git/work/001-x/inbox',
};
const client = (sessions: Readonly<Record<string, unknown>>) => ({
  session: { get: ({ path: { id } }: { path: { id: string } }) => Promise.resolve({ data: sessions[id] }) },
});

describe('attemptOfSession', () => {
  const sessions = {
    own: { directory: '/wt', metadata: { work, other: 1 } },
    child: { directory: '/wt', parentID: 'own' },
    grandchild: { directory: '/wt', parentID: 'child', metadata: {} },
    elsewhere: { directory: '/other', metadata: { work } },
    users: { directory: '/wt' },
    usersChild: { directory: '/wt', parentID: 'users' },
    broken: { directory: '/wt', metadata: { work: { task: 1 } } },
    loop: { directory: '/wt', parentID: 'loop' },
  };
  const found = { ...work, session: 'own' };
  const cases: readonly [session: string | undefined, finds: SessionAttempt | undefined][] = [
    ['own', found],
    ['child', found],
    ['grandchild', found],
    ['elsewhere', undefined],
    ['users', undefined],
    ['usersChild', undefined],
    ['broken', undefined],
    ['loop', undefined],
    ['unknown', undefined],
    [undefined, undefined],
  ];
  for (const [session, finds] of cases) {
    it(`finds ${finds ? 'the attempt' : 'nothing'} for ${session ?? 'no session'}`, async () => {
      assert.deepEqual(await attemptOfSession(client(sessions), session), finds);
    });
  }
});

describe('agentEnvironment', () => {
  it('says whose shell it is', () => {
    assert.deepEqual(agentEnvironment(work, work.task, { PATH: '/usr/bin' }), {
      WORK_ATTEMPT: '01.01.01.02#1',
      WORK_TASK: '01.01.01.02',
      WORK_ROOT: '/repo',
      WORK_STREAM: '001-x',
      WORKSTREAM_ROLE: 'AGENT',
    });
  });

  it("puts the command's folder first on the path, under the name the path has", () => {
    const bin = path.join('/opt', 'work bin');
    assert.equal(agentEnvironment({ ...work, bin }, work.task, { PATH: '/usr/bin' }).PATH, [bin, '/usr/bin'].join(path.delimiter));
    assert.equal(agentEnvironment({ ...work, bin }, work.task, { Path: 'C:\\x' }).Path, [bin, 'C:\\x'].join(path.delimiter));
    assert.equal(agentEnvironment({ ...work, bin }, work.task, {}).PATH, bin);
  });
});
