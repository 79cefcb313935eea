import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCoordinatorState } from '../../../../src/domain/coordinator/coordinatorState';

const entry = (number: number, change: Readonly<Record<string, unknown>> = {}) => ({
  worktreePath: `/r/.worktrees/feat/${number}`,
  branch: `feat/${number}`,
  sessionID: `ses_${number}`,
  createdAt: '2026-01-20T21:00:00.000Z',
  ...change,
});
const read = (...entries: readonly unknown[]) => parseCoordinatorState(`${JSON.stringify({ entries })}\n`);
const counted = (state: ReturnType<typeof parseCoordinatorState>) =>
  state.kind === 'read' ? [state.entries.map(({ sessionID }) => sessionID), state.dropped, state.replaced] : state.why;

describe('parseCoordinatorState', () => {
  it('reads entries with all that they may have', () => {
    const whole = entry(1, { parentSessionID: 'ses_0', task: 'auth-setup', status: 'completed', completedAt: '2026-01-20T22:00:00.000Z' });
    assert.deepEqual(read(entry(2), whole), { kind: 'read', entries: [entry(2), whole], dropped: 0, replaced: 0 });
  });

  const invalid: readonly unknown[] = [
    null,
    7,
    'x',
    [],
    {},
    entry(1, { worktreePath: '' }),
    entry(1, { worktreePath: undefined }),
    entry(1, { branch: 7 }),
    entry(1, { sessionID: null }),
    entry(1, { createdAt: 'yesterday' }),
    entry(1, { createdAt: 1_700_000_000 }),
    entry(1, { status: 'sleeping' }),
  ];
  for (const bad of invalid) {
    it(`drops and counts ${JSON.stringify(bad)}, and keeps its neighbours`, () => {
      assert.deepEqual(counted(read(entry(2), bad, entry(3))), [['ses_2', 'ses_3'], 1, 0]);
    });
  }

  it('takes the later of two for the same worktree or the same session', () => {
    assert.deepEqual(counted(read(entry(1), entry(1, { sessionID: 'ses_9' }), entry(2))), [['ses_9', 'ses_2'], 0, 1]);
    assert.deepEqual(counted(read(entry(1), entry(2, { sessionID: 'ses_1' }))), [['ses_1'], 0, 1]);
  });

  it('says what is wrong with a file as a whole, a byte order mark aside', () => {
    assert.deepEqual(counted(parseCoordinatorState(`\uFEFF${JSON.stringify({ entries: [entry(1)] })}`)), [['ses_1'], 0, 0]);
    for (const content of ['', '{"entries":[', 'no']) assert.match(String(counted(parseCoordinatorState(content))), /not JSON/);
    for (const content of ['null', '[]', '{}', '{"entries":{}}']) {
      assert.match(String(counted(parseCoordinatorState(content))), /"entries"/);
    }
  });

  it('never throws, and counts everything once', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.integer({ min: 1, max: 4 }).map(number => entry(number)),
          ),
        ),
        entries => {
          const state = read(...entries);
          assert.ok(state.kind === 'read');
          assert.equal(state.entries.length + state.dropped + state.replaced, entries.length);
        },
      ),
    );
  });
});
