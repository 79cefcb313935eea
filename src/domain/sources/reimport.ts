import { oneLine } from '../../common/text';
import type { NewTask } from '../files/taskEdits';
import { formatId, parentId, parseId } from '../ids';
import { parsePlan } from '../plan/parsePlan';
import { insertBefore } from '../plan/planInsertion';
import { planLayout } from '../plan/planLayout';
import { dependencyLevels } from '../graph/dependencyLevels';
import { DistinctNames, headingName, namedAfter } from './headingNames';
import type { ImportedPlan, ImportedStage, ImportedThread, SourceProblem } from './importedPlan';
import { mostOfAKind, type PlacedBatch, type PlacedStage, type PlacedThread } from './placeThreads';
import { importedBatchLines, importedStageLines, planText, tasksOf } from './planFromImport';
import type { Imported } from './sourceRecord';

/** What the source says now of the threads that it had: what they were is compared with it. */
export type KnownThreads = { readonly stages: readonly PlacedStage[]; readonly text: string; readonly problems: readonly SourceProblem[] };

/**
 * The plan that the source would give now of the threads that were imported, in the places that they have. What is gone there is left
 * out; what is new there is not in it.
 */
export function knownThreads(plan: ImportedPlan, imported: Imported): KnownThreads {
  const ids = new Map(imported.threads.map(({ key, id }) => [key, id]));
  const keys = new Map(imported.threads.map(({ key, id }) => [id, key]));
  const threads = new Map(plan.stages.flatMap(stage => stage.threads.map(thread => [thread.key, { thread, stage }] as const)));
  const owners = new Map(
    plan.stages.flatMap(stage => stage.threads.flatMap(thread => [thread, ...thread.tasks].map(({ key }) => [key, thread.key] as const))),
  );
  const problems: SourceProblem[] = [];
  const stages = (parsePlan(imported.plan).plan?.stages ?? []).map((stage): PlacedStage => {
    let said: ImportedStage | undefined;
    const batches = stage.batches.map((batch, index): PlacedBatch => {
      const names = new DistinctNames();
      const placed = batch.threads.flatMap(({ id, number }): readonly PlacedThread[] => {
        const found = threads.get(keys.get(id) ?? '');
        if (!found) return [];
        said ??= found.stage;
        const { thread } = found;
        const needed = [...new Set(thread.dependsOn.map(key => owners.get(key) ?? key))].filter(key =>
          found.stage.threads.some(each => each.key === key),
        );
        const waits = needed.flatMap(key => ids.get(key) ?? []).sort();
        const late = needed.find(key => !ids.has(key) || (parentId(ids.get(key) ?? '') ?? '') >= (parentId(id) ?? ''));
        if (late !== undefined) {
          const message = `"${thread.key}" now waits for "${late}", which comes no earlier in the plan. Move it in PLAN.md, or import the source as a new workstream.`;
          problems.push({ severity: 'error', message, at: thread.at });
        }
        return [{ id, number, name: names.add(thread.title, thread.key), thread, dependsOn: index === 0 ? undefined : waits }];
      });
      return { number: batch.number, name: batch.name, threads: placed };
    });
    return {
      number: stage.number,
      name: said && headingName(said.title) !== '' ? headingName(said.title) : stage.name,
      definition: said?.definition.trim() ? said.definition : stage.definition,
      batches: batches.filter(({ threads: left }) => left.length > 0),
    };
  });
  return { stages, text: planText(plan, stages), problems };
}

/** What bringing a plan up to its source changes in the files of its workstream. */
export type Reimport = {
  readonly text: string;
  /** Added, or called anew; what is there keeps its status. */
  readonly tasks: readonly NewTask[];
  /** Ids of tasks that were completed in the source meanwhile. */
  readonly completed: readonly string[];
  readonly imported: Imported;
};

/**
 * Adds what is new in the source behind everything in a plan: batches at the end of their stage, stages at the end. `text`: the plan,
 * merged with what the source says of known threads; `taken`: ids of all tasks there are; `settled`: what `imported` was when tasks
 * were written last, which they are again where it differs.
 */
export function addNewThreads(
  plan: ImportedPlan,
  {
    imported,
    settled,
    known,
    text,
    taken,
    hash,
  }: {
    readonly imported: Imported;
    readonly settled: Imported;
    readonly known: KnownThreads;
    readonly text: string;
    readonly taken: readonly string[];
    readonly hash: string;
  },
): Reimport {
  const ids = new Map(imported.threads.map(({ key, id }) => [key, id]));
  const stages = [...known.stages];
  let edited = text;
  for (const stage of plan.stages) {
    const fresh = stage.threads.filter(({ key }) => !ids.has(key));
    if (fresh.length === 0) continue;
    const home = stage.threads.flatMap(({ key }) => ids.get(key) ?? [])[0];
    const layout = planLayout(edited).stages;
    const number = home === undefined ? Math.max(0, ...(layout?.entries ?? []).map(entry => entry.number)) + 1 : (parseId(home)?.[0] ?? 0);
    const entry = layout?.entries.find(each => each.number === number);
    const first = Math.max(0, ...(entry?.batches ?? []).map(batch => batch.number)) + 1;
    const batches = newBatches(fresh, { stage, number, first, ids });
    const section = entry?.batchesSection ?? entry;
    if (entry) {
      const heading = entry.batchesSection ? [] : ['#### Stage Batches', ''];
      const lines = batches.flatMap((batch, index) => [...(index === 0 ? [] : ['']), ...importedBatchLines(batch)]);
      edited = insertBefore(edited, section?.end, [...heading, ...lines]).edited;
      const at = stages.findIndex(each => each.number === number);
      const old = stages[at];
      if (old) stages[at] = { ...old, batches: [...old.batches, ...batches] };
    } else {
      const made = { number, name: headingName(stage.title) || `Stage ${number}`, definition: stage.definition, batches };
      edited = insertBefore(edited, layout?.end, importedStageLines(made)).edited;
      stages.push(made);
    }
  }
  const { tasks, completed, threads, keys } = tasksAgain(stages, { imported, settled, taken });
  return { text: edited, tasks, completed, imported: { hash, threads, tasks: keys, plan: planText(plan, stages) } };
}

function newBatches(
  fresh: readonly ImportedThread[],
  {
    stage,
    number,
    first,
    ids,
  }: { readonly stage: ImportedStage; readonly number: number; readonly first: number; readonly ids: Map<string, string> },
): readonly PlacedBatch[] {
  const owner = (key: string) => stage.threads.find(thread => thread.key === key || thread.tasks.some(task => task.key === key));
  const needsOf = (thread: ImportedThread) => [...new Set(thread.dependsOn.flatMap(key => owner(key) ?? []))];
  const { levels } = dependencyLevels(fresh, thread => needsOf(thread).filter(each => fresh.includes(each)));
  const parts = levels.flatMap(level =>
    Array.from({ length: Math.ceil(level.length / mostOfAKind) }, (_, part) => level.slice(part * mostOfAKind, (part + 1) * mostOfAKind)),
  );
  const stageName = headingName(stage.title) || `Stage ${number}`;
  return parts.map((threads, index): PlacedBatch => {
    const names = new DistinctNames();
    return {
      number: first + index,
      name: namedAfter(threads.map(({ title }) => title)) || stageName,
      threads: threads.map((thread, position): PlacedThread => {
        const id = formatId(number, first + index, position + 1);
        ids.set(thread.key, id);
        const waits = needsOf(thread)
          .flatMap(({ key }) => ids.get(key) ?? [])
          .sort();
        return { id, number: position + 1, name: names.add(thread.title, thread.key), thread, dependsOn: waits };
      }),
    };
  });
}

type Again = Pick<Reimport, 'tasks' | 'completed'> & { readonly threads: Imported['threads']; readonly keys: Imported['tasks'] };

/** Known tasks keep their ids; new ones go behind the last of their thread. */
function tasksAgain(
  stages: readonly PlacedStage[],
  { imported, settled, taken }: { readonly imported: Imported; readonly settled: Imported; readonly taken: readonly string[] },
): Again {
  const written = new Map(settled.tasks.map(task => [task.id, task.title]));
  const idOfKey = new Map(imported.tasks.map(({ key, id }) => [key, id]));
  const tasks: NewTask[] = [];
  const completed: string[] = [];
  const keys: Imported['tasks'] = [];
  const threads: Imported['threads'] = [];
  for (const stage of stages) {
    for (const batch of stage.batches) {
      for (const placed of batch.threads) {
        threads.push({ id: placed.id, key: placed.thread.key });
        const used = [...taken, ...idOfKey.values()].filter(id => parentId(id) === placed.id);
        let last = Math.max(0, ...used.map(id => parseId(id)?.[3] ?? 0));
        for (const { task, key, title } of tasksOf({ stage, batch, placed })) {
          const known = idOfKey.get(key);
          const id = known !== undefined && parentId(known) === placed.id ? known : `${placed.id}.${formatId(++last)}`;
          keys.push({ id, key, title });
          if (written.get(id) !== title) {
            // Whoever has a task that is there keeps it.
            tasks.push({ ...task, id, name: oneLine(title) || key, ...(written.has(id) ? { assigned_agent: undefined } : {}) });
          }
          if (id === known && task.status === 'completed') completed.push(id);
        }
      }
    }
  }
  return { tasks, completed, threads, keys };
}
