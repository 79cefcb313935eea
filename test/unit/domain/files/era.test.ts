import assert from 'node:assert/strict';
import { detectEra, readOnlyReason, threadsAsTasks, type EraEvidence } from '../../../../src/domain/files/era';
import type { TaskRecord, ThreadRecord } from '../../../../src/domain/files/records';

const thread = (fields: Partial<ThreadRecord>): ThreadRecord => ({ threadId: '01.01.01', sessions: [], ...fields });
const [task] = threadsAsTasks([thread({})]);
const tasks: readonly TaskRecord[] = task ? [task] : [];

describe('detectEra', () => {
  const table: readonly (readonly [name: string, evidence: Partial<EraEvidence>, era: string])[] = [
    ['tasks and sessions in two files', { tasks, threads: [thread({})], agents: 'yaml' }, 'primary'],
    ['no threads.json yet', { tasks, agents: 'yaml' }, 'primary'],
    ['AGENTS.md and no threads.json', { tasks, agents: 'md' }, 'seed'],
    ['AGENTS.md after a first run', { tasks, threads: [], agents: 'md' }, 'primary'],
    ['a thread with a status', { tasks, threads: [thread({ status: 'pending' })], agents: 'yaml' }, 'threads'],
    ['named threads without tasks', { threads: [thread({ threadName: 'API' })] }, 'threads'],
    ['named threads beside tasks', { tasks, threads: [thread({ threadName: 'API' })] }, 'primary'],
    ['stage folders', { newerLayout: true, tasks }, 'sane'],
  ];
  for (const [name, evidence, era] of table) {
    it(`takes ${name} for ${era}`, () => {
      assert.equal(detectEra({ newerLayout: false, tasks: [], threads: undefined, agents: 'none', ...evidence }), era);
    });
  }

  it('says of two eras why they are only shown', () => {
    assert.match(readOnlyReason('threads') ?? '', /threads\.json/);
    assert.match(readOnlyReason('sane') ?? '', /folder per stage/);
    assert.equal(readOnlyReason('primary'), undefined);
    assert.equal(readOnlyReason('seed'), undefined);
  });
});

describe('threadsAsTasks', () => {
  it('makes a task of each thread, with its status and report', () => {
    const [only] = threadsAsTasks([thread({ threadName: 'API', status: 'completed', report: 'Done.', assignedAgent: 'backend' })]);
    assert.deepEqual(
      { id: only?.id, name: only?.name, status: only?.status, report: only?.report, agent: only?.assigned_agent },
      { id: '01.01.01', name: 'API', status: 'completed', report: 'Done.', agent: 'backend' },
    );
  });
});
