import { isDone } from '../taskStatus';
import type { StageNode, ThreadNode } from '../tree/nodes';

/** Why a stage cannot be approved yet, one line for it and one for each thread that is not done or not merged; undefined when it can. */
export function approvalProblem(stage: StageNode): string | undefined {
  const open = stage.batches
    .flatMap(batch => batch.threads)
    .map(thread => ({ thread, remaining: thread.tasks.filter(task => !isDone(task.status)).length }))
    .filter(({ thread, remaining }) => remaining > 0 || thread.awaitsMerge || (thread.tasks.length === 0 && !thread.orphan));
  if (open.length === 0) return undefined;
  return [
    `Cannot approve Stage ${Number(stage.id)} because ${open.length} thread(s) are not approved.`,
    ...open.map(({ thread, remaining }) => `  ${thread.id} ${thread.name}: ${whatIsLeft(thread, remaining)}`),
  ].join('\n');
}

function whatIsLeft({ tasks }: ThreadNode, remaining: number): string {
  if (tasks.length === 0) return 'never run';
  return remaining > 0 ? `${remaining} of ${tasks.length} tasks remaining` : 'finished, not merged yet: run its batch again to merge it';
}
