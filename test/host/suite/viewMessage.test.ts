import assert from 'node:assert/strict';
import { viewMessage } from '../../../src/views/viewMessage';
import type { ServiceSource } from '../../../src/views/planSource';
import { Emitter } from '../../../src/common/event';
import { batchNode, repository, stageNode } from '../../support/planNodes';

const counts = { total: 4, completed: 1, cancelled: 0, inProgress: 0, blocked: 0, pending: 3 };
const services: ServiceSource = {
  server: { state: 'running' },
  opencode: 'found',
  paused: false,
  load: { limit: 4, setting: 4 },
  onDidChange: new Emitter<unknown>().event,
};
const holder = { pid: 7, host: 'desk', since: '2026-02-01T10:00:00.000Z', program: 'work' };
const idle = repository('/alpha', [], { counts, nextBatch: '01.01' });
const running = repository('/alpha', [stageNode('01', [batchNode('01.01', [], { running: true, counts })])], {
  counts,
  nextBatch: '01.01',
});

describe('The line above the tree', () => {
  it('is one line that reads as sentences, what hinders first and the progress last', () => {
    const watched = { ...running, drivenBy: { holder } };
    const blocked = repository('/alpha', [], { counts: { ...counts, blocked: 2 }, nextBatch: '01.01' });
    assert.deepEqual(
      [
        viewMessage([], services, true),
        viewMessage([idle], services, true),
        viewMessage([blocked], services, true),
        viewMessage([running], { ...services, paused: true }, true),
        viewMessage([idle, { ...idle, root: '/beta' }], services, true),
        viewMessage([idle], services, false),
        viewMessage([watched], services, true),
      ],
      [
        undefined,
        '1 of 4 tasks done',
        '1 of 4 tasks done, 2 blocked',
        'Batch 01.01 is paused, 1 of 4 done',
        'sample: 1 of 4 tasks done · sample: 1 of 4 tasks done',
        'Restricted Mode: the plan is shown, nothing can be run or changed. 1 of 4 tasks done',
        'You are watching: work on desk runs it. Work: Take Over goes on here. Batch 01.01, 1 of 4 done',
      ],
    );
  });

  it('says what comes next where nothing is planned yet, and where everything is done', () => {
    const none = { ...counts, total: 0, completed: 0, pending: 0 };
    const all = { ...counts, completed: 4, pending: 0 };
    assert.deepEqual(
      [
        viewMessage([repository('/alpha', [], { counts: none, nextBatch: '01.01' })], services, true),
        viewMessage([repository('/alpha', [], { counts: all, nextBatch: null, status: 'completed' })], services, true),
        viewMessage([repository('/alpha', [], { counts: all, nextBatch: null, status: 'completed', isEnded: true })], services, true),
      ],
      [
        'No tasks yet: say in PLAN.md what each thread is to do, then Run Batch',
        'All batches are complete: Work: Complete ends the workstream',
        'The workstream is completed',
      ],
    );
  });
});
