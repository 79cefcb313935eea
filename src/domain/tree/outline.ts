import type { TaskRecord } from '../files/records';
import { compareIds, formatId, parentId, parseId } from '../ids';
import type { PlanDocument } from '../plan/planDocument';
import { isPlaceholder } from '../plan/planHeadings';

/** The plan with its tasks: what `PLAN.md` says, and what only tasks know of. Every id is there once, in numeric order. */
export type OutlineStage = { readonly id: string; readonly name: string; readonly line: number; readonly batches: readonly OutlineBatch[] };
export type OutlineBatch = {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly line: number;
  readonly threads: readonly OutlineThread[];
};
export type OutlineThread = {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  readonly agent: string | undefined;
  readonly dependsOn: readonly string[] | undefined;
  readonly files: readonly string[];
  readonly line: number;
  /** Only tasks name it. */
  readonly orphan: boolean;
  readonly tasks: readonly TaskRecord[];
  /** The thread's own state, where a thread is its only task. */
  readonly own: TaskRecord | undefined;
};

export type OutlineInput = {
  readonly plan: PlanDocument | undefined;
  readonly tasks: readonly TaskRecord[];
  /** An id of three parts is a thread that is its own task; otherwise it is stage, thread and task of before batches existed. */
  readonly threadsAreTasks: boolean;
};

/** Labels come from the plan, by id; those of tasks are a copy that can be wrong and only used where the plan has none. */
export function outline({ plan, tasks, threadsAreTasks }: OutlineInput): readonly OutlineStage[] {
  const builder = new OutlineBuilder();
  if (plan) builder.addPlan(plan);
  for (const task of tasks) builder.addTask(task, threadsAreTasks);
  return builder.stages;
}

type Draft<T, Children> = { -readonly [K in Exclude<keyof T, keyof Children>]: T[K] } & Children;
type ThreadDraft = Draft<OutlineThread, { tasks: TaskRecord[] }>;
type BatchDraft = Draft<OutlineBatch, { threads: Map<string, ThreadDraft> }>;
type StageDraft = Draft<OutlineStage, { batches: Map<string, BatchDraft> }>;

class OutlineBuilder {
  private readonly drafts = new Map<string, StageDraft>();

  get stages(): readonly OutlineStage[] {
    return sorted(this.drafts).map(stage => ({
      ...stage,
      batches: sorted(stage.batches).map(batch => ({
        ...batch,
        threads: sorted(batch.threads).map(thread => ({
          ...thread,
          tasks: thread.tasks.toSorted((left, right) => compareIds(left.id, right.id)),
        })),
      })),
    }));
  }

  addPlan(plan: PlanDocument): void {
    for (const stage of plan.stages) {
      const stageDraft = this.stage(stage.id, stage.name, stage.line);
      for (const batch of stage.batches) {
        const batchDraft = batchOf(stageDraft, batch.id, batch.name, batch.line, batch.summary);
        for (const { number: _, dependsOn, files, ...thread } of batch.threads) {
          if (!batchDraft.threads.has(thread.id)) {
            batchDraft.threads.set(thread.id, {
              ...thread,
              dependsOn: dependsOn?.flatMap(({ id }) => id ?? []),
              files: files.map(({ path }) => path),
              orphan: false,
              tasks: [],
              own: undefined,
            });
          }
        }
      }
    }
  }

  addTask(task: TaskRecord, threadsAreTasks: boolean): void {
    const threadId = threadOf(task.id, threadsAreTasks);
    const batchId = parentId(threadId ?? '');
    const stageId = parentId(batchId ?? '');
    if (threadId === undefined || batchId === undefined || stageId === undefined) return;
    const stage = this.stage(stageId, task.stage_name, 1);
    const batch = batchOf(stage, batchId, task.batch_name, stage.line, '');
    const thread = batch.threads.get(threadId) ?? {
      id: threadId,
      name: task.thread_name,
      summary: '',
      details: '',
      agent: undefined,
      dependsOn: undefined,
      files: [],
      line: batch.line,
      orphan: true,
      tasks: [],
      own: undefined,
    };
    batch.threads.set(threadId, thread);
    if (threadsAreTasks && threadId === task.id) thread.own = task;
    else thread.tasks.push(task);
  }

  private stage(id: string, name: string, line: number): StageDraft {
    const stage = this.drafts.get(id) ?? { id, name, line, batches: new Map<string, BatchDraft>() };
    this.drafts.set(id, stage);
    return stage;
  }
}

function batchOf(stage: StageDraft, id: string, name: string, line: number, summary: string): BatchDraft {
  const batch = stage.batches.get(id) ?? { id, name, summary, line, threads: new Map<string, ThreadDraft>() };
  stage.batches.set(id, batch);
  return batch;
}

function threadOf(taskId: string, threadsAreTasks: boolean): string | undefined {
  const [stage, second, third, fourth] = parseId(taskId) ?? [];
  if (stage === undefined || second === undefined || third === undefined) return undefined;
  if (fourth !== undefined || threadsAreTasks) return formatId(stage, second, third);
  return formatId(stage, 0, second);
}

function sorted<T extends { readonly id: string }>(entries: ReadonlyMap<string, T>): readonly T[] {
  return [...entries.values()].sort((left, right) => compareIds(left.id, right.id));
}

/** What a level is called when its name is still to be written. */
export function nameOr(name: string, fallback: string): string {
  return isPlaceholder(name) ? fallback : name;
}
