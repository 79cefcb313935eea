import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Call, Doing, Evidence, TalkEvidence } from '../../../../src/domain/monitor/evidence';
import { judge, type AgentState } from '../../../../src/domain/monitor/judge';
import { defaultThresholds, thresholdsFor } from '../../../../src/domain/monitor/thresholds';

const second = 1000;
const thresholds = defaultThresholds;
const { model, tool, composing, server, refused, preparing } = thresholds;
const talk = (doing: Doing, change: Partial<TalkEvidence> = {}): Evidence => ({
  phase: 'talking',
  server: { gone: false, age: 0, unheard: 0 },
  session: 'there',
  ask: undefined,
  doing,
  calls: [],
  ...change,
});
const call = (change: Partial<Call> = {}): Call => ({ call: 'bash: ls', same: 'ls', failed: false, age: second, ...change });
const calls = (count: number, change: (index: number) => Partial<Call>) => Array.from({ length: count }, (_, index) => call(change(index)));
const bash = (silent: number, process: 'alive' | 'gone' = 'alive'): Doing & { kind: 'tool' } => ({
  kind: 'tool',
  call: 'bash: npm test',
  age: silent + second,
  silent,
  process,
});
const refusal = (age: number, overdue: number): Doing => ({ kind: 'refused', message: '429', attempt: 2, age, overdue });

describe('judge', () => {
  const table: readonly [string, Evidence, AgentState, RegExp][] = [
    ['a worktree that is being made', { phase: 'preparing', age: second }, 'working', /being made/],
    ['a worktree that is never ready', { phase: 'preparing', age: preparing }, 'stalled', /more than 10m/],
    ['work that is being committed', { phase: 'finishing', age: second }, 'working', /committed/],
    ['a model that was just asked', talk({ kind: 'asked', age: model - 1 }), 'thinking', /has not begun/],
    ['a model that never answers', talk({ kind: 'asked', age: model }), 'stalled', /not begun to answer within 45s/],
    ['tokens that come slowly', talk({ kind: 'answering', age: model - 1 }), 'working', /answering/],
    ['a stop in the middle of an answer', talk({ kind: 'answering', age: model }), 'stalled', /in the middle of its answer/],
    ['a long input of a call', talk({ kind: 'composing', tool: 'write', age: composing - 1 }), 'working', /write/],
    [
      'a stop in the middle of a call',
      talk({ kind: 'composing', tool: 'write', age: composing }),
      'stalled',
      /in the middle of a call of write/,
    ],
    ['a tool that says something', talk(bash(second)), 'working', /^It runs bash: npm test\.$/],
    ['a silent tool whose process lives', talk(bash(tool - 1)), 'working', /silent for more than 45s: its process is alive/],
    ['a silent tool of which no process can be seen', talk({ ...bash(tool - 1), process: undefined }), 'working', /it may be so for 5m/],
    ['a silent tool without its process', talk(bash(model, 'gone')), 'stalled', /process of bash: npm test is gone/],
    ['a tool that never returns', talk(bash(tool)), 'stalled', /silent for 5m/],
    ['a provider that turns requests down', talk(refusal(refused - 1, 0)), 'thinking', /\(429\)\. opencode asks again/],
    ['a provider that does so for ever', talk(refusal(refused, 0)), 'stalled', /for 15m/],
    ['a refused request that is not made again', talk(refusal(second, model)), 'stalled', /did not ask again/],
    ['a turn that just ended', talk({ kind: 'idle', age: second }), 'working', /turn has ended/],
    ['an idle session without an end', talk({ kind: 'idle', age: model }), 'stalled', /no end/],
    ['a server that ended', talk(bash(0), { server: { gone: true, age: 0, unheard: 0 } }), 'dead', /server ended/],
    [
      'a server that does not answer',
      talk(bash(0), { server: { gone: false, age: server, unheard: 0 } }),
      'unknown',
      /not answered for 20s/,
    ],
    ['a server that is late', talk(bash(0), { server: { gone: false, age: 0, unheard: server } }), 'unknown', /could not be heard/],
    ['one that is late now and then', talk(bash(0), { server: { gone: false, age: 0, unheard: server - 1 } }), 'working', /./],
    [
      'an agent that was silent while it could be heard',
      talk({ kind: 'asked', age: model }, { server: { gone: false, age: 0, unheard: server } }),
      'stalled',
      /not begun/,
    ],
    ['a session that was deleted', talk(bash(0), { session: 'gone' }), 'dead', /session was deleted/],
    ['an open question', talk({ kind: 'asked', age: second }, { ask: { title: 'Which?', age: second } }), 'waiting', /answer: Which\?/],
    ['the same call six times', talk(bash(0), { calls: calls(6, () => ({})) }), 'looping', /same call 6 times.*bash: ls/],
    ['five times only', talk(bash(0), { calls: calls(5, () => ({})) }), 'working', /./],
    ['six failures', talk(bash(0), { calls: calls(6, index => ({ same: `${index}`, failed: true })) }), 'looping', /6 of its calls failed/],
    ['a call in between', talk(bash(0), { calls: calls(7, index => ({ same: index === 3 ? 'other' : 'ls' })) }), 'working', /./],
    [
      'a success after many failures',
      talk(bash(0), { calls: calls(8, index => ({ same: `${index}`, failed: index < 7 })) }),
      'working',
      /./,
    ],
  ];
  for (const [what, evidence, state, reason] of table) {
    it(`finds ${what} ${state}`, () => {
      const judgement = judge(evidence, thresholds);
      assert.equal(judgement.state, state);
      assert.match(judgement.reason, reason);
    });
  }

  const age = fc.nat(40 * 60 * second);
  const doing: fc.Arbitrary<Doing> = fc.oneof(
    fc.record({ kind: fc.constantFrom('asked' as const, 'answering' as const, 'idle' as const), age }),
    fc.record({ kind: fc.constant('composing' as const), tool: fc.constant('write'), age }),
    fc
      .record({ silent: age, more: age, process: fc.constantFrom('alive' as const, 'gone' as const, undefined) })
      .map(({ silent, more, process }) => ({ kind: 'tool' as const, call: 'c', silent, age: silent + more, process })),
    fc.record({ kind: fc.constant('refused' as const), message: fc.constant('m'), attempt: fc.constant(1), age, overdue: age }),
  );
  const someCalls = fc.array(fc.record({ call: fc.constant('c'), same: fc.constantFrom('a', 'b'), failed: fc.boolean(), age }), {
    maxLength: 12,
  });
  const talking = fc.record({
    phase: fc.constant('talking' as const),
    server: fc.record({ gone: fc.boolean(), age, unheard: age }),
    session: fc.constantFrom('there' as const, 'gone' as const),
    ask: fc.option(fc.record({ title: fc.constant('t'), age }), { nil: undefined }),
    doing,
    calls: someCalls,
  });

  const quiet = { phase: 'talking', server: { gone: false, age: 0, unheard: 0 }, session: 'there', ask: undefined, calls: [] } as const;
  const older = (evidence: Evidence & { phase: 'talking' }, by: number): Evidence => {
    const { doing: does } = evidence;
    const later = { ...does, age: does.age + by };
    if (later.kind === 'tool') return { ...evidence, doing: { ...later, silent: later.silent + by } };
    return { ...evidence, doing: later.kind === 'refused' ? { ...later, overdue: later.overdue + by } : later };
  };

  it('never takes a stall back because more time has passed', () => {
    fc.assert(
      fc.property(doing, age, age, (does, first, more) => {
        const early = older({ ...quiet, doing: does }, first);
        const late = older({ ...quiet, doing: does }, first + more);
        if (judge(early, thresholds).state === 'stalled') assert.equal(judge(late, thresholds).state, 'stalled');
      }),
    );
  });

  it('finds everything stalled that is silent for long enough, unless something else is the matter', () => {
    fc.assert(
      fc.property(talking, evidence => {
        const { state } = judge(older(evidence, 60 * 60 * second), thresholds);
        assert.ok(state !== 'working' && state !== 'thinking', state);
      }),
    );
  });

  it('says working or thinking only with a sign of life that is younger than its limit, from a server that answers', () => {
    fc.assert(
      fc.property(talking, evidence => {
        const { state } = judge(evidence, thresholds);
        if (state !== 'working' && state !== 'thinking') return;
        assert.ok(
          !evidence.server.gone &&
            evidence.server.age < server &&
            evidence.server.unheard < server &&
            evidence.session === 'there' &&
            !evidence.ask,
        );
        const { doing: does } = evidence;
        const [sign, limit] =
          does.kind === 'tool'
            ? [does.silent, tool]
            : does.kind === 'refused'
              ? [does.age, refused]
              : [does.age, does.kind === 'composing' ? composing : model];
        assert.ok(sign < limit, JSON.stringify(does));
      }),
    );
  });

  it('lets a person’s turn win over silence and loops, and a server that cannot be asked over everything but its end', () => {
    fc.assert(
      fc.property(talking, evidence => {
        const { state } = judge(evidence, thresholds);
        const isThere = !evidence.server.gone && evidence.session === 'there';
        if (evidence.server.gone) assert.equal(state, 'dead');
        else if (evidence.server.age >= server) assert.equal(state, 'unknown');
        else if (isThere && evidence.ask) assert.equal(state, 'waiting');
      }),
    );
  });

  it('sees an agent stalled before the user’s own idle limit is over', () => {
    const limits = { idle: 20, attempt: 0, setup: 30, validation: 0 };
    const short = thresholdsFor(limits);
    assert.equal(judge(talk({ kind: 'asked', age: 10 * second }), short).state, 'stalled');
    assert.equal(judge(talk(bash(10 * second)), short).state, 'stalled');
    assert.deepEqual(thresholdsFor({ ...limits, idle: 0, setup: 0 }), thresholds);
  });
});
