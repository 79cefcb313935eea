import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AgentsSource } from '../../../../../src/domain/agents';
import { readTaskFiles } from '../../../../../src/domain/sources/taskFiles/readTaskFiles';
import { knownStatusWords } from '../../../../../src/domain/sources/taskFiles/statusWords';

const agent = (name: string) => ({ name, description: '', bestFor: '', models: [] });
const agents: AgentsSource = { source: 'yaml', agents: ['default', 'implementation-specialist', 'poc-specialist'].map(agent) };

const file = (path: string, front: string, body = '') => ({ path, text: `---\n${front}\n---\n${body}` });
type Files = { readonly path: string; readonly text: string }[];
const read = (...files: Files) => readTaskFiles('tasks', files, agents);
const threads = (...files: Files) => read(...files).plan?.stages.flatMap(stage => stage.threads) ?? [];
const problems = (...files: Files) =>
  read(...files).problems.map(
    ({ severity, message, at }) => `${severity} ${at?.file ?? ''}:${at?.line ?? 0}:${at?.column ?? 0} ${message}`,
  );

const whole = `
# Description

Compute it in \`src/cost.ts\`.

1. first

## Acceptance Criteria

- [ ] \`compute()\` — helper
  - nested
- [x] tests

\`\`\`md
## no heading
\`\`\`

## References

- docs/cost.md

## Notes

> To be filled by implementation agent

## Summary

> To be filled on completion
`;

describe('readTaskFiles', () => {
  it('reads a task with all that its front matter and text say', () => {
    const front = `id: cost/dag
name: Implement DAG propagation
status: pending
depends_on:
  - graph/queries # first
scope: moderate
risk: high
level: implementation
tags: [a, b]
priority: 1
files: [src/cost.ts, 'test/**']`;
    const thread = threads(file('tasks/cost/dag.md', front, whole), file('tasks/graph/queries.md', 'id: graph/queries\nstatus: done'))[1];
    assert.deepEqual(thread, {
      key: 'cost/dag',
      title: 'Implement DAG propagation',
      at: { file: 'tasks/cost/dag.md', line: 2, column: 5 },
      summary: 'Compute it in `src/cost.ts`.',
      details: `- Scope: moderate
- Risk: high
- Level: implementation
- Priority: 1
- Tags: a, b

1. first

**Acceptance Criteria**

- [ ] \`compute()\` — helper
  - nested
- [x] tests

\`\`\`md
## no heading
\`\`\`

**References**

- docs/cost.md`,
      agent: 'implementation-specialist',
      dependsOn: ['graph/queries'],
      files: ['src/cost.ts', 'test/**'],
      tasks: [
        {
          key: 'cost/dag',
          title: 'Implement DAG propagation',
          status: 'pending',
          report: undefined,
          at: { file: 'tasks/cost/dag.md', line: 2, column: 5 },
        },
      ],
    });
  });

  it('understands every word for a status, whatever its case and its separator', () => {
    const of = (word: string) => threads(file('tasks/a.md', `id: a\nstatus: ${word}`))[0]?.tasks[0]?.status;
    for (const [status, words] of Object.entries({
      pending: ['pending', 'todo', 'Open', 'TODO', 'not started', '""', ''],
      in_progress: ['in-progress', 'in_progress', 'In Progress', 'inprogress', 'active'],
      completed: ['completed', 'done', 'Closed', "'done'"],
      blocked: ['blocked', 'failed'],
      cancelled: ['cancelled', 'canceled', 'wontfix'],
    })) {
      for (const word of words) assert.equal(of(word), status, word);
    }
    assert.equal(threads(file('tasks/a.md', 'id: a'))[0]?.tasks[0]?.status, 'pending');
  });

  it('names a status that nobody knows where it stands, with the ones that are known', () => {
    assert.deepEqual(problems(file('tasks/a.md', 'id: a\nstatus: halfway')), [
      `error tasks/a.md:3:9 "halfway" is no status that is known; known are ${knownStatusWords.join(', ')}.`,
    ]);
  });

  it('takes the report from the notes of a blocked task and from the summary of a done one', () => {
    const report = (status: string, body: string) => threads(file('tasks/a.md', `id: a\nstatus: ${status}`, body))[0]?.tasks[0]?.report;
    assert.equal(report('blocked', '## Notes\n\nTried.\n\n**Blocked:** which\nport?\n\nLater.\n'), '**Blocked:** which port?');
    assert.equal(report('failed', '## Notes\n\nNo disk.\n'), 'Failed: No disk.');
    assert.equal(report('failed', '## Notes\n\n> To be filled\n'), 'Failed: its file says so.');
    assert.equal(report('done', '## Summary\n\nBuilt it.\n\nMore.\n'), 'Built it.');
    assert.equal(report('pending', '## Notes\n\nBlocked: no\n\n## Summary\n\nno\n'), undefined);
  });

  it('gives a task the agent that it names, by its name in any case, else the default one with a warning', () => {
    const named = (front: string) => threads(file('tasks/a.md', `id: a\n${front}`))[0]?.agent;
    assert.equal(named('assignee: "@POC-Specialist"'), 'poc-specialist');
    assert.equal(named('agent: default\nassignee: poc-specialist'), 'default');
    assert.equal(named('level: research'), 'poc-specialist');
    assert.equal(named('level: review'), undefined);
    assert.equal(named('assignee: alice'), undefined);
    assert.deepEqual(problems(file('tasks/a.md', 'id: a\nassignee: alice')), [
      'warning tasks/a.md:3:11 "alice" is no agent of this repository: the default one takes "a".',
    ]);
  });

  it('names duplicate ids with both places, ids that no file has, and cycles', () => {
    assert.deepEqual(problems(file('tasks/a.md', 'id: a'), file('tasks/b.md', 'name: x\nid: a')), [
      'error tasks/b.md:3:5 "a" is there twice: in tasks/a.md, line 2, and in tasks/b.md, line 3. Give one of them another id.',
    ]);
    assert.deepEqual(problems(file('tasks/a.md', 'id: a\ndepends_on: [a, no/where]')), [
      'error tasks/a.md:3:14 "a" depends on itself.',
      'error tasks/a.md:3:17 "a" depends on "no/where", which no file has as its id.',
    ]);
    assert.deepEqual(
      problems(
        file('tasks/a.md', 'id: a\ndepends_on: [b]'),
        file('tasks/b.md', 'id: b\ndepends_on:\n  - d\n  - c'),
        file('tasks/c.md', 'id: c\ndepends_on: a'),
        file('tasks/d.md', 'id: d'),
      ),
      ['error tasks/a.md:3:14 "a" depends on "b" depends on "c" depends on "a": none of them could begin.'],
    );
  });

  it('says what is wrong in a file where it is, and imports nothing then', () => {
    for (const [text, said] of [
      ['---\nid: a\n\tstatus: x\n---\n', 'error tasks/a.md:3:1 This is not YAML'],
      ['---\nid: a\nstatus: pending\n', 'error tasks/a.md:1:1 The front matter is not closed by a line "---".'],
      ['---\n- a\n---\n', 'error tasks/a.md:2:1 The front matter is not a list of names and values'],
      ['---\nid: [a]\n---\n', 'error tasks/a.md:2:5 "id" is not a text.'],
      ['---\r\nid: a\r\ndepends_on: {b: c}\r\n---\r\n', 'error tasks/a.md:3:13 "depends_on" is not a list of texts'],
      ['---\nid: a\ndepends_on: [b, [c]]\n---\n', 'error tasks/a.md:3:17 "depends_on" is not a list of texts'],
      ['\uFEFF---\nid: a\nid: b\n---\n', 'error tasks/a.md:3:1 This is not YAML: Map keys must be unique'],
      ['---\n<<<<<<< HEAD\nid: a\n=======\nid: b\n>>>>>>> b\n---\n', 'error tasks/a.md:2:1 The markers of an unresolved merge conflict'],
    ] as const) {
      const files = [{ path: 'tasks/a.md', text }, file('tasks/b.md', 'id: b\ndepends_on: [a]')];
      assert.equal(read(...files).plan, undefined, text);
      const [first = '', ...others] = problems(...files);
      assert.ok(first.startsWith(said), `${first} instead of ${said}`);
      assert.deepEqual(others, []);
    }
  });

  it('passes over other texts with a word, and says when there is no task at all', () => {
    const others = [
      { path: 'tasks/README.md', text: '# Tasks\n' },
      { path: 'tasks/x.md', text: '' },
    ];
    assert.equal(threads(...others, file('tasks/a.md', 'id: a')).length, 1);
    assert.deepEqual(
      problems(...others).map(line => line.replace(/ \(.*/, '')),
      [
        'warning tasks/README.md:1:0 tasks/README.md does not begin with front matter',
        'warning tasks/x.md:1:0 tasks/x.md is empty: it was left out.',
        'error tasks/README.md:1:0 There is no task file in tasks.',
      ],
    );
  });

  it('names a task by its file when it has no id', () => {
    assert.equal(threads(file('tasks/api/routes.md', 'name: x'))[0]?.key, 'api/routes');
    assert.deepEqual(problems(file('tasks/api/routes.md', 'name: x')), [
      'warning tasks/api/routes.md:1:0 tasks/api/routes.md has no "id"; it is called "api/routes", by its name.',
    ]);
  });

  it('makes one stage of a folder, and of sub-folders only when they depend on one another', () => {
    const stages = (...needs: readonly [string, string][]) =>
      read(
        ...['design/a', 'api/b', 'web/c', 'd'].map(id =>
          file(`tasks/${id}.md`, `id: ${id}\ndepends_on: [${needs.flatMap(([from, to]) => (from === id ? to : [])).join(', ')}]`),
        ),
      ).plan?.stages.map(stage => `${stage.title}: ${stage.threads.map(({ key }) => key).join(' ')}`);
    assert.deepEqual(stages(), ['Tasks: design/a api/b web/c d']);
    assert.deepEqual(stages(['api/b', 'design/a'], ['web/c', 'design/a']), ['Design, Tasks: design/a d', 'Api, Web: api/b web/c']);
    assert.deepEqual(stages(['api/b', 'design/a'], ['web/c', 'api/b'], ['d', 'web/c']), [
      'Design: design/a',
      'Api: api/b',
      'Web: web/c',
      'Tasks: d',
    ]);
  });

  it('keeps folders that need each other in one stage', () => {
    const files = [
      file('tasks/a/1.md', 'id: a1'),
      file('tasks/b/1.md', 'id: b1\ndepends_on: [a1]'),
      file('tasks/a/2.md', 'id: a2\ndepends_on: [b1]'),
    ];
    assert.deepEqual(
      read(...files).plan?.stages.map(stage => stage.threads.map(({ key }) => key)),
      [['a1', 'b1', 'a2']],
    );
  });

  it('puts every task into one stage that none of its dependencies follows, whatever the graph', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ folder: fc.nat(3), needs: fc.array(fc.nat(), { maxLength: 3 }) }), { minLength: 1, maxLength: 12 }),
        tasks => {
          const files = tasks.map(({ folder, needs }, index) => {
            const before = index === 0 ? [] : needs.map(need => `t${need % index}`);
            return file(`tasks/f${folder}/t${index}.md`, `id: t${index}\ndepends_on: [${before.join(', ')}]`);
          });
          const { plan } = read(...files);
          const stageOf = new Map(plan?.stages.flatMap((stage, index) => stage.threads.map(({ key }) => [key, index] as const)));
          assert.deepEqual([...stageOf.keys()].sort(), tasks.map((_task, index) => `t${index}`).sort());
          for (const { key, dependsOn } of plan?.stages.flatMap(stage => stage.threads) ?? []) {
            for (const need of dependsOn) assert.ok((stageOf.get(need) ?? 99) <= (stageOf.get(key) ?? -1), `${key} needs ${need}`);
          }
        },
      ),
    ));

  it('never throws, whatever the text', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('---', 'id: a', 'status:', '\t', '- ', '[', '&a *a', '# x', '```', '\u0000', '{', '"'), { maxLength: 12 }),
        lines => {
          const reading = read({ path: 'tasks/a.md', text: lines.join('\n') });
          assert.equal(
            reading.plan === undefined,
            reading.problems.some(({ severity }) => severity === 'error'),
          );
        },
      ),
    ));
});
