import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  adaptLimit,
  answersForOneMore,
  fullLimit,
  limitSentence,
  saysOverload,
  type AdaptiveLimit,
  type LoadEvent,
} from '../../../../src/domain/run/adaptiveLimit';

const after = (start: AdaptiveLimit, ...events: readonly LoadEvent[]): AdaptiveLimit => events.reduce(adaptLimit, start);
const overload = (running: number): LoadEvent => ({ kind: 'overload', running });
const answers = (times: number): readonly LoadEvent[] => Array.from({ length: times }, () => ({ kind: 'answer' }) as const);

describe('The adaptive limit', () => {
  const table: readonly [string, number, readonly LoadEvent[], number][] = [
    ['is the setting at first', 8, [], 8],
    ['halves with an overload', 8, [overload(8)], 4],
    ['halves what was at work, not what was allowed', 8, [overload(3)], 1],
    ['halves once for one wave', 8, [overload(8), overload(8), overload(7), overload(5)], 4],
    ['halves again when the fewer are too many too', 8, [overload(8), overload(4)], 2],
    ['is never less than one', 2, [overload(2), overload(1), overload(1)], 1],
    ['does not grow before enough answers', 8, [overload(8), ...answers(4 * answersForOneMore - 1)], 4],
    ['grows by one with enough answers', 8, [overload(8), ...answers(4 * answersForOneMore)], 5],
    ['begins to count answers anew with an overload', 8, [overload(8), ...answers(30), overload(6), ...answers(30)], 4],
    ['follows a higher setting while nothing is wrong', 2, [{ kind: 'setting', setting: 6 }], 6],
    ['does not follow a higher setting in an overload', 4, [overload(4), { kind: 'setting', setting: 6 }], 2],
    ['follows a lower setting always', 8, [overload(8), { kind: 'setting', setting: 3 }], 3],
  ];
  for (const [what, setting, events, expected] of table) {
    it(what, () => assert.equal(after(fullLimit(setting), ...events).limit, expected));
  }

  it('stays between one and the setting whatever happens, and enough answers bring it back', () => {
    const event: fc.Arbitrary<LoadEvent> = fc.oneof(
      fc.record({ kind: fc.constant('overload' as const), running: fc.integer({ min: 0, max: 64 }) }),
      fc.constant({ kind: 'answer' } as const),
      fc.record({ kind: fc.constant('setting' as const), setting: fc.integer({ min: 1, max: 64 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.array(event), (setting, events) => {
        let state = fullLimit(setting);
        for (const happened of events) {
          state = adaptLimit(state, happened);
          assert.ok(state.limit >= 1 && state.limit <= state.setting, JSON.stringify(state));
        }
        const most = answersForOneMore * ((state.setting * (state.setting + 1)) / 2);
        assert.equal(after(state, ...answers(most)).limit, state.setting);
      }),
    );
  });

  it('is said while it is less than the setting', () => {
    assert.equal(limitSentence({ limit: 2, setting: 4 }), '2 of 4 at once: the model is overloaded');
    assert.equal(limitSentence({ limit: 4, setting: 4 }), undefined);
  });

  it('does not take a network that is away for an overload', () => {
    assert.deepEqual(['Too Many Requests', 'Overloaded', 'come back later'].map(saysOverload), [true, true, true]);
    assert.deepEqual(['Unable to connect. Is the computer able to access the url?', 'fetch failed'].map(saysOverload), [false, false]);
  });
});
