import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWithin } from '../../../../src/domain/ids';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { headingName } from '../../../../src/domain/sources/headingNames';
import type { ImportedPlan } from '../../../../src/domain/sources/importedPlan';
import { planFromImport, type PlanFiles } from '../../../../src/domain/sources/planFromImport';
import { importedPlans, planOf, threadOf } from '../../../support/importedPlans';

function filesOf(plan: ImportedPlan): PlanFiles {
  const { files, problems } = planFromImport(plan);
  assert.ok(files, problems.map(({ message }) => message).join('\n'));
  return files;
}

const threadsOf = (text: string) => {
  const { plan, diagnostics } = parsePlan(text);
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  return (plan?.stages ?? []).flatMap(stage => stage.batches.flatMap(batch => batch.threads));
};

const errorsOf = (plan: ImportedPlan) => planFromImport(plan).problems.map(({ message }) => message);

/** Ids by key. */
const idsOf = (files: PlanFiles) => Object.fromEntries(files.threadKeys.map(({ key, id }) => [key, id]));

describe('planFromImport', () => {
  it('gives a plan that reads as the threads, tasks and dependencies that it was made of, whatever they are called', () => {
    fc.assert(
      fc.property(importedPlans, plan => {
        const files = filesOf(plan);
        const imported = plan.stages.flatMap(stage => stage.threads);
        const read = threadsOf(files.text);
        assert.deepEqual(
          read.map(({ id }) => id),
          files.threadKeys.map(({ id }) => id),
        );
        const ids = idsOf(files);
        for (const thread of imported) {
          const id = ids[thread.key] ?? '';
          const found = read.find(candidate => candidate.id === id);
          const name = headingName(thread.title) || thread.key;
          assert.ok(found);
          assert.ok(found.name === name || found.name.startsWith(name.slice(0, 190).trim()), `${found.name} is not ${name}`);
          assert.equal(found.agent, undefined);
          const needed = [...new Set(thread.dependsOn)].map(key => ids[key] ?? '').filter(other => other.slice(0, 2) === id.slice(0, 2));
          assert.deepEqual(found.dependsOn?.map(reference => reference.id) ?? [], needed.sort());
          assert.deepEqual(
            found.files.map(({ path }) => path),
            [...thread.files],
          );
          for (const other of needed) assert.ok(other.slice(0, 5) < id.slice(0, 5), 'what is needed is in an earlier batch');
          const tasks = files.tasks.filter(task => isWithin(task.id, id));
          assert.deepEqual(
            tasks.map(task => task.status),
            thread.tasks.map(task => task.status),
          );
          assert.deepEqual(
            files.taskKeys.filter(task => isWithin(task.id, id)).map(({ key }) => key),
            thread.tasks.map(({ key }) => key),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps threads of a batch apart by the names of their prompt files', () => {
    const { text } = filesOf(
      planOf([threadOf('a', { title: 'Set up' }), threadOf('b', { title: 'Set up' }), threadOf('c', { title: 'set-up' })]),
    );
    assert.deepEqual(
      threadsOf(text).map(({ name }) => name),
      ['Set up', 'Set up (2)', 'set-up (3)'],
    );
  });

  it('puts a thread behind all that it needs in its stage, and needs nothing of an earlier stage', () => {
    const first = [threadOf('a'), threadOf('b'), threadOf('c', { dependsOn: ['b'] }), threadOf('d', { dependsOn: ['a', 'c'] })];
    const files = filesOf(planOf(first, [threadOf('e', { dependsOn: ['d'] })]));
    assert.deepEqual(idsOf(files), { a: '01.01.01', b: '01.01.02', c: '01.02.01', d: '01.03.01', e: '02.01.01' });
    assert.match(
      files.text,
      /Thread 01: Thread d\n\n\*\*Summary:\*\* Thread d\n\n\*\*Details:\*\*\n\n\*\*Depends on:\*\* 01\.01\.01, 01\.02\.01\n/,
    );
    assert.equal(files.text.match(/Depends on/g)?.length, 2);
  });

  it('takes a dependency on a task for one on its thread', () => {
    const tasks = [{ key: 'a.1', title: 'One', status: 'pending' as const, at: { file: 'f', line: 2 } }];
    const files = filesOf(planOf([threadOf('b', { dependsOn: ['a.1'] }), threadOf('a', { tasks })]));
    assert.deepEqual(idsOf(files), { a: '01.01.01', b: '01.02.01' });
  });

  it('does not take what the source declares in its own ids for a declaration of the plan', () => {
    const { text } = filesOf(planOf([threadOf('a', { details: 'Words.\n\n**Depends On:** 1.1\n\n- Files: src/x.ts' })]));
    assert.match(text, /In the source, Depends On: 1\.1/);
    assert.doesNotMatch(text, /^\W*(depends on|files):/im);
  });

  it('names the members of a cycle, what is unknown, what depends on itself, on a later stage, or is there twice', () => {
    const ring = [threadOf('a', { dependsOn: ['c'] }), threadOf('b', { dependsOn: ['a'] }), threadOf('c', { dependsOn: ['b'] })];
    assert.deepEqual(errorsOf(planOf(ring)), ['"a" depends on "c" depends on "b" depends on "a". No one of them could begin.']);
    assert.deepEqual(errorsOf(planOf([threadOf('a', { dependsOn: ['x', 'a', 'z'] })], [threadOf('z'), threadOf('z', { tasks: [] })])), [
      '"z" is there twice; first in plan.md, line 1. Give one of them another id.',
      '"a" depends on "x", which is not there.',
      '"a" depends on itself.',
      '"a" depends on "z", which stands in a later stage. Put it first, or into the same stage.',
    ]);
    assert.deepEqual(errorsOf(planOf([])), ['There is nothing to do in openspec/changes/add-auth.']);
  });

  it('gives 5,000 entries that need nothing batches beside each other, and refuses what has no room with what to do', () => {
    const files = filesOf(planOf(Array.from({ length: 5000 }, (_, index) => threadOf(`t${index}`))));
    const threads = threadsOf(files.text);
    assert.equal(threads.length, 5000);
    assert.ok(threads.every(({ id, details }) => id.startsWith('01.01.') || details.startsWith('**Depends on:** none')));

    const chain = Array.from({ length: 100 }, (_, index) => threadOf(`t${index}`, { dependsOn: index === 0 ? [] : [`t${index - 1}`] }));
    assert.match(
      errorsOf(planOf(chain)).join('\n'),
      /would become 100 batches in stage "Stage 1".*Divide it, and import the parts one by one\.$/,
    );
    assert.match(errorsOf(planOf(...Array.from({ length: 100 }, (_, index) => [threadOf(`t${index}`)]))).join(), /would become 100 stages/);
    const task = { title: 'x', status: 'pending' as const, at: { file: 'f', line: 3 } };
    const tasks = Array.from({ length: 100 }, (_, index) => ({ ...task, key: `s${index}` }));
    assert.match(errorsOf(planOf([threadOf('a', { tasks })])).join(), /"a" has 100 steps; a thread has at most 99 tasks/);
  });
});
