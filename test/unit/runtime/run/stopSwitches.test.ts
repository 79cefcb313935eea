import assert from 'node:assert/strict';
import { StopSwitches } from '../../../../src/runtime/run/stopSwitches';

describe('StopSwitches', () => {
  const never = new AbortController().signal;

  it('stops everything below the id, and nothing beside it', () => {
    const switches = new StopSwitches();
    const thread = switches.open('01.01.01', never);
    const task = switches.open('01.01.01.02', thread.signal);
    const neighbour = switches.open('01.01.02', never);
    assert.equal(switches.stop('01.01.01'), true);
    assert.deepEqual([thread.signal.aborted, task.signal.aborted, neighbour.signal.aborted], [true, true, false]);
  });

  it('does not take 01.01.10 for a part of 01.01.1', () => {
    const switches = new StopSwitches();
    const thread = switches.open('01.01.10', never);
    assert.equal(switches.stop('01.01.1'), false);
    assert.equal(thread.signal.aborted, false);
  });

  it('follows its parent', () => {
    const parent = new AbortController();
    const child = new StopSwitches().open('01.01', parent.signal);
    parent.abort();
    assert.equal(child.signal.aborted, true);
  });

  it('says that nothing runs once the work has ended', () => {
    const switches = new StopSwitches();
    switches.open('01.01', never).dispose();
    assert.equal(switches.stop('01.01'), false);
    assert.deepEqual(switches.running, []);
  });
});
