import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AgentsSource } from '../../../../../src/domain/agents';
import { planOfIssues } from '../../../../../src/domain/sources/beads/beadsPlan';
import { readIssues } from '../../../../../src/domain/sources/beads/readIssues';

type Sketch = Readonly<Record<string, unknown>> & { readonly id: string };

const agents: AgentsSource = { source: 'yaml', agents: [{ name: 'backend', description: '', bestFor: '', models: [] }] };
const context = { path: '.beads', file: '.beads/issues.jsonl', agents, now: Date.parse('2026-01-10T00:00:00Z') };
const blocks = (...ids: readonly string[]) => ({ dependencies: ids.map(on => ({ depends_on_id: on, type: 'blocks' })) });
const partOf = (on: string) => ({ dependencies: [{ depends_on_id: on, type: 'parent-child' }] });

function planOf(...sketches: readonly Sketch[]) {
  const text = sketches.map(sketch => JSON.stringify({ title: sketch.id.toUpperCase(), ...sketch })).join('\n');
  return planOfIssues(readIssues(context.file, text).issues, context);
}
const said = (...sketches: readonly Sketch[]) =>
  planOf(...sketches).problems.map(({ severity, message, at }) => `${severity} ${at?.line ?? 0} ${message}`);
/** `stage: thread<need[task task]` */
const shape = (...sketches: readonly Sketch[]) =>
  planOf(...sketches).plan?.stages.map(
    ({ title, threads }) =>
      `${title}: ${threads.map(({ key, dependsOn, tasks }) => `${key}${dependsOn.map(need => `<${need}`).join('')}${tasks.length === 1 && tasks[0]?.key === key ? '' : `[${tasks.map(task => task.key).join(' ')}]`}`).join(' ')}`,
  );
const task = (sketch: Partial<Sketch>) => {
  const [found] = planOf({ id: 'a', ...sketch }).plan?.stages[0]?.threads[0]?.tasks ?? [];
  return [found?.status, found?.report];
};

describe('planOfIssues', () => {
  it('makes a thread of an issue with everything that is known of it', () => {
    const { plan, problems } = planOf({
      id: 'app-1',
      title: 'Fix it',
      description: '# Why\n\nIt breaks.\n\n```\n# no heading\n```',
      design: 'So.',
      acceptance_criteria: '- [ ] works',
      notes: 'N',
      priority: 1,
      issue_type: 'bug',
      labels: ['x', 'agent:Backend'],
      external_ref: 'gh-9',
      estimated_minutes: 30,
      assignee: 'steve',
    });
    assert.deepEqual(problems, []);
    const at = { file: '.beads/issues.jsonl', line: 1 };
    assert.deepEqual(plan, {
      kind: 'beads',
      path: '.beads',
      title: 'Beads',
      summary: '1 issue of beads.',
      stages: [
        {
          title: 'Issues',
          definition: 'The issues of beads that belong to no epic are closed.',
          threads: [
            {
              key: 'app-1',
              title: 'Fix it',
              at,
              summary: 'Fix it',
              details:
                '- Type: bug\n- Priority: 1\n- Labels: x, agent:Backend\n- Reference: gh-9\n- Estimate: 30 minutes\n\n**Why**\n\nIt breaks.\n\n```\n# no heading\n```\n\n' +
                '**Design**\n\nSo.\n\n**Acceptance Criteria**\n\n- [ ] works\n\n**Notes**\n\nN',
              agent: 'backend',
              dependsOn: [],
              files: [],
              tasks: [{ key: 'app-1', title: 'Fix it', status: 'pending', report: undefined, at }],
            },
          ],
        },
      ],
    });
  });

  it('makes groups of epics and tasks of the parts of an issue, most urgent first', () => {
    assert.deepEqual(
      shape(
        { id: 'e', issue_type: 'epic' },
        { id: 'e.1', priority: 3 },
        { id: 'x', ...partOf('e'), priority: 1 },
        { id: 'x.10' },
        { id: 'x.2' },
        { id: 'x.2.1' },
        { id: 'loose', priority: 0 },
      ),
      ['E, Issues: loose x[x.2 x.2.1 x.10] e.1'],
    );
  });

  it('makes stages of epics only where one needs the other', () => {
    const epics = [
      { id: 'e1', issue_type: 'epic' },
      { id: 'e2', issue_type: 'epic', ...blocks('e1') },
      { id: 'e1.1' },
      { id: 'e1.2' },
      { id: 'e2.1' },
    ];
    assert.deepEqual(shape(...epics), ['E1: e1.1 e1.2', 'E2: e2.1<e1.1<e1.2']);
    const crossed = [{ id: 'e1', issue_type: 'epic' }, { id: 'e2', issue_type: 'epic' }, { id: 'e1.1' }];
    assert.deepEqual(shape(...crossed, { id: 'e2.1', ...blocks('e1.1') }, { id: 'e1.2', ...blocks('e2.1') }), [
      'E1, E2: e1.1 e1.2<e2.1 e2.1<e1.1',
    ]);
  });

  it('orders the steps of an issue by what they wait for', () => {
    assert.deepEqual(shape({ id: 'x' }, { id: 'x.1', ...blocks('x.3') }, { id: 'x.2' }, { id: 'x.3' }), ['Issues: x[x.2 x.3 x.1]']);
  });

  it('gives steps threads of their own when something else has to happen between them', () => {
    assert.deepEqual(shape({ id: 'x' }, { id: 'x.1' }, { id: 'x.2', ...blocks('y') }, { id: 'y', ...blocks('x.1') }), [
      'Issues: x<x.1<x.2 x.1 x.2<y y<x.1',
    ]);
  });

  it('leaves out what is closed, unless something open stands near it', () => {
    assert.deepEqual(
      shape(
        { id: 'old', status: 'closed' },
        { id: 'done', status: 'closed' },
        { id: 'next', ...blocks('done') },
        { id: 'e', issue_type: 'epic' },
        { id: 'e.1', status: 'closed' },
        { id: 'e.2' },
        { id: 'f', issue_type: 'epic', status: 'closed' },
        { id: 'f.1', status: 'closed' },
      ),
      ['E, Issues: done e.1 e.2 next<done'],
    );
    assert.deepEqual(said({ id: 'old', status: 'closed' }, { id: 'a' }), ['warning 1 Left out of the plan: 1 closed.']);
    assert.deepEqual(said({ id: 'old', status: 'closed' }).at(-1), 'error 1 Nothing in .beads/issues.jsonl is left to do.');
    assert.deepEqual(said(), ['error 1 There is no issue in .beads/issues.jsonl.']);
  });

  it('leaves out what nobody can carry out, and holds back what waits for it', () => {
    const sketches = [
      { id: 'g', issue_type: 'gate' },
      { id: 'm', issue_type: 'message' },
      { id: 'p', status: 'pinned' },
      { id: 'a', ...blocks('g') },
    ];
    assert.deepEqual(shape(...sketches), ['Issues: a']);
    assert.deepEqual(said(...sketches), ['warning 1 Left out of the plan: 1 of type "gate", 1 of type "message", 1 pinned.']);
    const [found] = planOf(...sketches).plan?.stages[0]?.threads[0]?.tasks ?? [];
    assert.deepEqual([found?.status, found?.report], ['blocked', 'Waits for g, which is not in the plan.']);
  });

  it('says the state of an issue in our words', () => {
    assert.deepEqual(task({ status: 'hooked' }), ['in_progress', undefined]);
    assert.deepEqual(task({ status: 'blocked', notes: 'no\nkey' }), ['blocked', 'no key']);
    assert.deepEqual(task({ status: 'deferred' }), ['blocked', 'Put off in beads.']);
    assert.deepEqual(task({ defer_until: '2026-02-01T00:00:00Z' }), ['blocked', 'Put off until 2026-02-01T00:00:00Z in beads.']);
    assert.deepEqual(task({ defer_until: '2026-01-01T00:00:00Z' }), ['pending', undefined]);
    assert.deepEqual(task({ status: 'in_review' }), ['blocked', 'Its status in beads is "in_review".']);
    assert.deepEqual(task(blocks('external:other:login')), ['blocked', 'Waits for external:other:login, which is not in the plan.']);
  });

  it('holds the parts of what is put off', () => {
    const [found] = planOf({ id: 'x', status: 'deferred' }, { id: 'x.1' }).plan?.stages[0]?.threads[0]?.tasks ?? [];
    assert.deepEqual([found?.key, found?.status, found?.report], ['x.1', 'blocked', 'x: Put off in beads.']);
  });

  it('says where issues wait for each other, and what they wait for that is nowhere', () => {
    assert.deepEqual(said({ id: 'a', ...blocks('b') }, { id: 'b', ...blocks('c') }, { id: 'c', ...blocks('b') }), [
      'error 2 "b" waits for "c" waits for "b": none of them could begin.',
    ]);
    assert.deepEqual(said({ id: 'a', ...blocks('gone') }), [
      'warning 1 "a" waits for "gone", which is not in .beads/issues.jsonl: it is taken for done.',
    ]);
    assert.deepEqual(shape({ id: 'a', status: 'closed', ...blocks('b') }, { id: 'b', ...blocks('a') }), ['Issues: a b']);
  });

  it('does not go round in circles of parts', () => {
    assert.deepEqual(shape({ id: 'a', ...partOf('b') }, { id: 'b', ...partOf('a') }), ['Issues: a b']);
  });

  it('has every open issue of work exactly once, and never before what it waits for', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            needs: fc.array(fc.nat(), { maxLength: 2 }),
            parent: fc.option(fc.nat(), { nil: undefined }),
            epic: fc.boolean(),
            closed: fc.boolean(),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        sketches => {
          const all = sketches.map(({ needs, parent, epic, closed }, index) => ({
            id: `i${index}`,
            status: closed ? 'closed' : 'open',
            issue_type: epic ? 'epic' : 'task',
            dependencies:
              index === 0
                ? []
                : [
                    ...(parent === undefined ? [] : [{ depends_on_id: `i${parent % index}`, type: 'parent-child' }]),
                    ...needs.map(need => ({ depends_on_id: `i${need % index}`, type: 'blocks' })),
                  ],
          }));
          const { plan } = planOf(...all);
          const tasks = plan?.stages.flatMap(stage => stage.threads.flatMap(thread => thread.tasks.map(({ key }) => key))) ?? [];
          assert.equal(new Set(tasks).size, tasks.length, 'each once');
          const parents = new Set(
            all.flatMap(({ dependencies }) =>
              dependencies.flatMap(({ type, depends_on_id }) => (type === 'parent-child' ? [depends_on_id] : [])),
            ),
          );
          for (const { id, status } of all) {
            if (status === 'open' && !parents.has(id)) assert.ok(tasks.includes(id), `${id} is not there`);
          }
          const stageOf = new Map(plan?.stages.flatMap((stage, index) => stage.threads.map(({ key }) => [key, index] as const)));
          for (const thread of plan?.stages.flatMap(stage => stage.threads) ?? []) {
            for (const need of thread.dependsOn) {
              assert.ok((stageOf.get(need) ?? 99) <= (stageOf.get(thread.key) ?? -1), `${thread.key} needs ${need}`);
            }
          }
        },
      ),
    ));
});
