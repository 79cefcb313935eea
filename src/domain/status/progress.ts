import { parseId } from '../ids';
import type { TaskStatus } from '../taskStatus';
import { countTasks, doneCount, percentDone } from './counts';
import { stageProgressStatus, type StageProgressStatus } from './rollUp';

export type StageProgress = {
  readonly number: number;
  readonly title: string;
  readonly status: StageProgressStatus;
  readonly tasks: number;
};

/** What `work status` prints. `completedTasks` counts cancelled ones too: they are as done as they will be. */
export type StreamProgress = {
  readonly stages: readonly StageProgress[];
  readonly totalTasks: number;
  readonly completedTasks: number;
  readonly inProgressTasks: number;
  readonly blockedTasks: number;
  readonly pendingTasks: number;
  readonly percentComplete: number;
};

type ProgressTask = { readonly id: string; readonly status: TaskStatus; readonly stage_name: string };

/** `titles` are the plan's stage names by number; a stage that only tasks name has the label of its first task. */
export function streamProgress(tasks: readonly ProgressTask[], titles: ReadonlyMap<number, string>): StreamProgress {
  const byStage = new Map<number, ProgressTask[]>([...titles.keys()].map(number => [number, []]));
  for (const task of tasks) {
    const stage = parseId(task.id)?.[0];
    if (stage !== undefined) byStage.set(stage, [...(byStage.get(stage) ?? []), task]);
  }
  const stages = [...byStage]
    .sort(([left], [right]) => left - right)
    .map(([number, ofStage]) => ({
      number,
      title: titles.get(number) ?? ofStage[0]?.stage_name ?? '',
      status: stageProgressStatus(ofStage.map(task => task.status)),
      tasks: ofStage.length,
    }));
  const counts = countTasks(tasks.map(task => task.status));
  return {
    stages,
    totalTasks: counts.total,
    completedTasks: doneCount(counts),
    inProgressTasks: counts.inProgress,
    blockedTasks: counts.blocked,
    pendingTasks: counts.pending,
    percentComplete: percentDone(counts),
  };
}
