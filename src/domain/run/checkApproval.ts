import { isDone } from '../taskStatus';
import type { StageNode } from '../tree/nodes';

/** Why a stage cannot be approved yet, one line for it and one for each thread with open tasks; undefined when it can. */
export function approvalProblem(stage: StageNode): string | undefined {
  const open = stage.batches
    .flatMap(batch => batch.threads)
    .map(thread => ({ thread, remaining: thread.tasks.filter(task => !isDone(task.status)).length }))
    .filter(({ thread, remaining }) => remaining > 0 || (thread.tasks.length === 0 && !thread.orphan));
  if (open.length === 0) return undefined;
  return [
    `Cannot approve Stage ${Number(stage.id)} because ${open.length} thread(s) are not approved.`,
    ...open.map(
      ({ thread, remaining }) =>
        `  ${thread.id} ${thread.name}: ${thread.tasks.length === 0 ? 'never run' : `${remaining} of ${thread.tasks.length} tasks remaining`}`,
    ),
  ].join('\n');
}
