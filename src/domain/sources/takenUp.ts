import { parsePlan } from '../plan/parsePlan';
import type { Imported } from './sourceRecord';

type Written = {
  /** `PLAN.md` as it is now. */
  readonly plan: string;
  readonly tasks: readonly { readonly id: string; readonly name: string }[];
};

/**
 * Whether a plan that was edited since has taken up what was imported last, when whoever did that was cut off: then what is new in
 * it stands in the plan, or already in the tasks, which are written after it.
 */
export function hasTakenUp({ plan, tasks }: Written, before: Imported, next: Imported): boolean {
  const isNewTask = (id: string) => !before.tasks.some(task => task.id === id);
  if (next.tasks.some(({ id, title }) => isNewTask(id) && tasks.some(task => task.id === id && task.name === title))) return true;
  const names = threadNames(plan);
  const wanted = threadNames(next.plan);
  const added = next.threads.filter(({ id }) => !before.threads.some(thread => thread.id === id));
  return added.length > 0 && added.every(({ id }) => names.has(id) && names.get(id) === wanted.get(id));
}

function threadNames(plan: string): ReadonlyMap<string, string> {
  const stages = parsePlan(plan).plan?.stages ?? [];
  return new Map(stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(({ id, name }) => [id, name] as const))));
}
