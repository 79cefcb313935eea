import assert from 'node:assert/strict';
import fc from 'fast-check';
import { worst, type Health } from '../../../../src/domain/monitor/health';
import { agentStates } from '../../../../src/domain/monitor/judge';
import { ladderFor, nextStep, type Taken } from '../../../../src/domain/monitor/ladder';
import { defaultThresholds } from '../../../../src/domain/monitor/thresholds';

const limits = { idle: 600, attempt: 7200, setup: 600, validation: 1800 };
const ladder = ladderFor(limits, defaultThresholds);
const taken = (step: Taken['step'], state: Taken['state'] = 'stalled', helped = false): Taken => ({ step, state, helped });
const stalled = (seconds: number) => ({ state: 'stalled', age: seconds * 1000 }) as const;

describe('The ladder', () => {
  it('nudges an agent halfway to the idle limit, and ends its attempt when that did not help', () => {
    assert.equal(nextStep(ladder, stalled(299), []), undefined);
    assert.equal(nextStep(ladder, stalled(300), []), 'nudge');
    assert.equal(nextStep(ladder, stalled(299), [taken('nudge')]), undefined);
    assert.equal(nextStep(ladder, stalled(300), [taken('nudge')]), 'abort');
    assert.equal(nextStep(ladder, stalled(6000), [taken('nudge'), taken('abort')]), undefined, 'there is no step after the last');
  });

  it('waits with each step as long as a model may take to answer, however short the idle limit is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3600 }), fc.integer({ min: 1000, max: 600_000 }), (idle, model) => {
        const steep = ladderFor({ ...limits, idle }, { model });
        const due = Math.max(idle * 500, model);
        for (const before of [[], [taken('nudge')]]) {
          assert.equal(nextStep(steep, { state: 'stalled', age: due - 1 }, before), undefined);
          assert.notEqual(nextStep(steep, { state: 'stalled', age: due }, before), undefined);
        }
      }),
    );
  });

  it('nudges again an agent that a nudge had helped, but does not let a loop come back', () => {
    assert.equal(nextStep(ladder, stalled(300), [taken('nudge', 'stalled', true)]), 'nudge');
    const often = Array.from({ length: 3 }, () => taken('nudge', 'stalled', true));
    assert.equal(nextStep(ladder, stalled(300), often), 'abort', 'but not for ever');
    assert.equal(nextStep(ladder, { state: 'looping', age: 1 }, []), 'nudge');
    assert.equal(nextStep(ladder, { state: 'looping', age: 1 }, [taken('nudge', 'looping', true)]), 'abort');
    assert.equal(nextStep(ladder, { state: 'looping', age: 1 }, [taken('nudge', 'stalled')]), 'nudge', 'each state has its own rungs');
  });

  it('never touches an agent that works, thinks, waits for a person, is gone or cannot be seen', () => {
    const others = agentStates.filter(state => state !== 'stalled' && state !== 'looping');
    fc.assert(
      fc.property(
        fc.constantFrom(...others),
        fc.nat(),
        fc.array(fc.constantFrom(taken('nudge'), taken('abort', 'looping'))),
        (state, age, steps) => {
          assert.equal(nextStep(ladder, { state, age }, steps), undefined);
        },
      ),
    );
  });

  it('leaves silence alone where the user wants no idle limit', () => {
    assert.equal(nextStep(ladderFor({ ...limits, idle: 0 }, defaultThresholds), stalled(1e6), []), undefined);
  });
});

describe('The worst of several states', () => {
  const health = (state: Health['state'], since = '2026-01-01T00:00:00.000Z'): Health => ({ state, since, reason: state });

  it('is the one that a person can do something about, then the one that lasts the longest', () => {
    assert.equal(worst([health('working'), health('stalled'), health('thinking')])?.state, 'stalled');
    assert.equal(worst([health('dead'), health('waiting'), health('stalled')])?.state, 'waiting');
    assert.equal(worst([health('working'), health('unknown')])?.state, 'unknown');
    const earlier = '2025-01-01T00:00:00.000Z';
    assert.equal(worst([health('stalled'), health('stalled', earlier)])?.since, earlier);
    assert.equal(worst<Health>([]), undefined);
  });
});
