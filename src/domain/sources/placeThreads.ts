import { count } from '../../common/text';
import { formatId } from '../ids';
import { DistinctNames, headingName } from './headingNames';
import type { ImportedPlan, ImportedStage, ImportedThread, SourcePlace, SourceProblem } from './importedPlan';
import { dependencyLevels } from '../graph/dependencyLevels';

/** Ids have two digits for each level: more of one kind beside each other is no plan that its readers know. */
export const mostOfAKind = 99;

/** Where each thread of a plan from elsewhere stands in `PLAN.md`. */
export type PlacedThread = {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly thread: ImportedThread;
  /** Ids of threads of its stage; undefined where it stands in the first batch, which waits for nothing. */
  readonly dependsOn: readonly string[] | undefined;
};
export type PlacedBatch = { readonly number: number; readonly name: string; readonly threads: readonly PlacedThread[] };
export type PlacedStage = {
  readonly number: number;
  readonly name: string;
  readonly definition: string;
  readonly batches: readonly PlacedBatch[];
};
export type Placement = { readonly stages: readonly PlacedStage[]; readonly problems: readonly SourceProblem[] };

/**
 * Makes batches of dependency levels: a thread stands behind every thread of its stage that it depends on, and as early as that
 * allows. Stages follow each other, so what it needs of an earlier stage is merged when its own begins. With a problem that is
 * an error the stages are not to be used.
 */
export function placeThreads(plan: ImportedPlan): Placement {
  const problems: SourceProblem[] = [...repeatedKeys(plan)];
  const owners = ownersOf(plan);
  if (plan.stages.every(({ threads }) => threads.length === 0)) problems.push(error(`There is nothing to do in ${plan.path}.`));
  if (plan.stages.length > mostOfAKind) problems.push(tooMany(plan.path, count(plan.stages.length, 'stage')));
  const stages = plan.stages.map((stage, index) => placeStage(stage, { index, owners, problems, path: plan.path }));
  return { stages, problems };
}

type Owner = { readonly thread: ImportedThread; readonly stage: number };

/** Whose work a key stands for: a task's is its thread's. */
function ownersOf({ stages }: ImportedPlan): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const [stage, { threads }] of stages.entries()) {
    for (const thread of threads) {
      for (const { key } of thread.tasks) owners.set(key, { thread, stage });
    }
  }
  for (const [stage, { threads }] of stages.entries()) for (const thread of threads) owners.set(thread.key, { thread, stage });
  return owners;
}

/** A task may have its thread's own key, once. */
function* repeatedKeys({ stages }: ImportedPlan): Generator<SourceProblem> {
  const first = new Map<string, SourcePlace>();
  for (const thread of stages.flatMap(stage => stage.threads)) {
    const own = thread.tasks.find(({ key }) => key === thread.key);
    for (const entry of [thread, ...thread.tasks.filter(task => task !== own)]) {
      const { key, at } = entry;
      const before = first.get(key);
      if (before) yield error(`"${key}" is there twice; first in ${before.file}, line ${before.line}. Give one of them another id.`, at);
      else first.set(key, at);
    }
  }
}

type Around = {
  readonly index: number;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly problems: SourceProblem[];
  readonly path: string;
};

function placeStage({ title, definition, threads }: ImportedStage, around: Around): PlacedStage {
  const number = around.index + 1;
  const name = headingName(title) || `Stage ${number}`;
  const needs = new Map(threads.map(thread => [thread, needsOf(thread, around)]));
  const { levels, cycle } = dependencyLevels(threads, thread => needs.get(thread) ?? []);
  if (cycle) around.problems.push(error(`${cycleWords(cycle)} No one of them could begin.`, cycle[0]?.at));
  const parts = levels.flatMap((level, index) => partsOf(level, index, levels.length));
  if (parts.length > mostOfAKind) {
    around.problems.push(tooMany(around.path, `${parts.length} batches in stage "${name}", one for each step of its dependencies`));
  }
  const ids = new Map<ImportedThread, string>();
  const batches = parts.map((part, index): PlacedBatch => {
    const names = new DistinctNames();
    const placed = part.threads.map((thread, position): PlacedThread => {
      const id = formatId(number, index + 1, position + 1);
      ids.set(thread, id);
      const dependsOn = index === 0 ? undefined : (needs.get(thread) ?? []).flatMap(needed => ids.get(needed) ?? []).sort();
      return { id, number: position + 1, name: names.add(thread.title, thread.key), thread, dependsOn };
    });
    return { number: index + 1, name: part.name ?? name, threads: placed };
  });
  return { number, name, definition, batches };
}

/** The threads of its own stage that a thread waits for, each once. */
function needsOf(thread: ImportedThread, { index, owners, problems }: Around): readonly ImportedThread[] {
  const needed = new Set<ImportedThread>();
  for (const key of thread.dependsOn) {
    const owner = owners.get(key);
    if (!owner) problems.push(error(`"${thread.key}" depends on "${key}", which is not there.`, thread.at));
    else if (owner.thread === thread) problems.push(error(`"${thread.key}" depends on itself.`, thread.at));
    else if (owner.stage > index) {
      const words = `"${thread.key}" depends on "${key}", which stands in a later stage. Put it first, or into the same stage.`;
      problems.push(error(words, thread.at));
    } else if (owner.stage === index) needed.add(owner.thread);
  }
  return [...needed];
}

/** What has no more room in one batch goes on in the next, and waits for no other because of it. */
function partsOf(level: readonly ImportedThread[], index: number, levels: number) {
  const parts = Math.ceil(level.length / mostOfAKind);
  const levelName = levels === 1 ? undefined : `Step ${index + 1}`;
  return Array.from({ length: parts }, (_, part) => ({
    name: parts === 1 ? levelName : `${levelName ?? 'Part'}${levelName === undefined ? ' ' : ', part '}${part + 1}`,
    threads: level.slice(part * mostOfAKind, (part + 1) * mostOfAKind),
  }));
}

const cycleWords = (cycle: readonly ImportedThread[]) =>
  `${[...cycle, ...cycle.slice(0, 1)].map(({ key }) => `"${key}"`).join(' depends on ')}.`;

const tooMany = (path: string, what: string) =>
  error(`${path} would become ${what}; a plan has at most ${mostOfAKind} of a kind. Divide it, and import the parts one by one.`);

const error = (message: string, at?: SourcePlace): SourceProblem => ({ severity: 'error', message, at });
