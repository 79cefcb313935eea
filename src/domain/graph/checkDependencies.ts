import { ancestorId, compareIds, formatId } from '../ids';
import type { Diagnostic, PlanDocument, PlanThread } from '../plan/planDocument';
import { dependenciesOf, knownIds, meantThreads, type Dependencies, type GraphStage, type KnownIds } from './dependencies';
import { graphOrder } from './graphOrder';

/** What is wrong with what the threads of a plan say they depend on (errors) and change (warnings), with the lines that say it. */
export function checkDependencies(plan: PlanDocument): readonly Diagnostic[] {
  const stages = graphStages(plan);
  const known = knownIds(stages);
  const threads = plan.stages.flatMap(stage =>
    stage.batches.flatMap(batch =>
      batch.threads.map(thread => ({ thread, name: `Stage ${stage.number}, Batch ${formatId(batch.number)}, Thread ${thread.number}` })),
    ),
  );
  const problems = threads.flatMap(({ thread, name }) => [...checkReferences(thread, name, known), ...checkPaths(thread, name)]);
  return [...problems, ...checkCircles(plan, dependenciesOf(stages))];
}

/** A plan as the graph reads it. */
export function graphStages(plan: Pick<PlanDocument, 'stages'>): readonly GraphStage[] {
  return plan.stages.map(stage => ({
    id: stage.id,
    batches: stage.batches.map(batch => ({
      id: batch.id,
      threads: batch.threads.map(({ id, dependsOn }) => ({ id, dependsOn: dependsOn?.flatMap(reference => reference.id ?? []) })),
    })),
  }));
}

function* checkReferences({ id, dependsOn = [] }: PlanThread, name: string, known: KnownIds): Generator<Diagnostic> {
  for (const { text, id: wanted, line } of dependsOn) {
    if (wanted === undefined) {
      yield error(`${name}: "${text}" is no id of a thread. Expected something like "**Depends on:** 01.01.02, 01.02.01"`, line);
    } else if (meantThreads(wanted, known).length === 0) {
      yield error(`${name} depends on ${wanted}, which is not in the plan`, line);
    } else if (meantThreads(wanted, known).includes(id)) {
      yield error(`${name} depends on itself${wanted === id ? '' : ` (${wanted})`}`, line);
    } else if (compareIds(ancestorId(wanted, 'stage'), ancestorId(id, 'stage')) > 0) {
      yield error(`${name} depends on ${wanted} of a later stage, which only begins when this one is approved`, line);
    }
  }
}

function* checkPaths({ files }: PlanThread, name: string): Generator<Diagnostic> {
  for (const { path, line } of files) {
    if (!/^(?:\/|[a-z]:|~)|(?:^|\/)\.\.(?:\/|$)/i.test(path)) continue;
    yield {
      ...error(`${name}: \`${path}\` is not below the repository's root; write paths as in "**Files:** src/a.ts, test/**"`, line),
      severity: 'warning',
    };
  }
}

function* checkCircles(plan: PlanDocument, dependencies: Dependencies): Generator<Diagnostic> {
  const threads = new Map(plan.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads)).map(thread => [thread.id, thread]));
  for (const circle of graphOrder(dependencies).circles) {
    const members = circle.slice(1);
    const declaring = circle.map(id => threads.get(id)).find(thread => thread?.dependsOn?.some(({ id }) => id !== undefined));
    const silent = members.filter(id => threads.get(id)?.dependsOn === undefined);
    const why =
      silent.length === 0
        ? ''
        : ` (${silent.join(', ')} ${silent.length === 1 ? 'says' : 'say'} nothing, and so ${silent.length === 1 ? 'waits' : 'wait'} for the batch before)`;
    yield error(
      `Threads wait for one another in a circle: ${circle.join(' → ')}${why}`,
      declaring?.dependsOn?.[0]?.line ?? declaring?.line ?? 1,
    );
  }
}

function error(message: string, line: number): Diagnostic {
  return { severity: 'error', message, line, section: 'Stages' };
}
