import assert from 'node:assert/strict';
import { checkScope } from '../../../../src/domain/run/checkRun';
import { runScope } from '../../../../src/domain/run/runScope';
import type { ThreadNode } from '../../../../src/domain/tree/nodes';
import { batchNode, repository, stageNode, taskNode, threadNode } from '../../../support/planNodes';

/** What the check says of a batch with this thread and a written one. */
function unwritten(thread: ThreadNode, only?: readonly string[]): readonly string[] {
  const written = threadNode('01.01.02', [], { name: 'Router', line: 9 });
  const { stream } = repository('/repo', [stageNode('01', [batchNode('01.01', [thread, written])])]);
  const scope = stream && runScope(stream, '01.01');
  assert.ok(scope);
  const { problems } = checkScope(stream, scope, { ignoreGate: false, only });
  return problems.filter(({ code }) => code === 'unwritten').map(({ message }) => message);
}

describe('A thread as a new plan has it', () => {
  const empty = { name: 'Thread 01.01.01', summary: '', details: ' \n', line: 7, orphan: false };

  it('is not run: nobody said what is to be done', () => {
    assert.deepEqual(unwritten(threadNode('01.01.01', [], empty)), [
      'PLAN.md:7: Thread 01.01.01 does not say what is to be done. Write its name, summary or details, or take it out.',
    ]);
  });

  it('holds up no other thread that is asked for alone', () => {
    assert.deepEqual(unwritten(threadNode('01.01.01', [], empty), ['01.01.02']), []);
    assert.equal(unwritten(threadNode('01.01.01', [], empty), ['01.01.01']).length, 1);
  });

  const enough: readonly (readonly [string, ThreadNode])[] = [
    ['a name', threadNode('01.01.01', [], { ...empty, name: 'Store' })],
    ['a summary', threadNode('01.01.01', [], { ...empty, summary: 'Keep it.' })],
    ['details', threadNode('01.01.01', [], { ...empty, details: '- keep it' })],
    ['a task', threadNode('01.01.01', [taskNode('01.01.01.01')], empty)],
  ];
  for (const [what, thread] of enough) it(`is run once it has ${what}`, () => assert.deepEqual(unwritten(thread), []));
});
