import { formatId, levelOf, normalizeId, parseId } from '../../domain/ids';
import { resolveBatch, resolveStage } from '../../domain/nameResolution';
import { appendBatch, appendStage, appendThread, planToChange, type PlanEdit } from '../../domain/plan/appendToPlan';
import { fixName, requestThread, type ChangeRequest } from '../../domain/plan/fixParts';
import type { NewBatch, NewThread } from '../../domain/plan/newPlanParts';
import type { PlanStage } from '../../domain/plan/planDocument';
import { isDone } from '../../domain/taskStatus';
import { allNodes } from '../../domain/tree/nodeChildren';
import type { StageNode } from '../../domain/tree/nodes';
import { ActionError, type ActionServices, type PlanActions } from './planActions';

/** A thread of a new batch, and who does it; without a name it is left to be filled in. */
export type WantedThread = NewThread & { readonly agent?: string | undefined };

export type FixRequest = ChangeRequest & {
  /** The stage it is about: number, id, name or a part of the name. */
  readonly stage: string;
  readonly name: string;
  readonly agent?: string | undefined;
  /** Without it, a stage that is approved gets a stage, another one a batch. */
  readonly into?: 'batch' | 'stage' | undefined;
};

/** What was added: the stage if one was, the batch to run, its thread. */
export type AddedFix = { readonly stage: string | undefined; readonly batch: string; readonly thread: string };

/**
 * What a person adds to `PLAN.md`, with the tasks and prompts of what can be run. Nothing that stands in the plan changes; an
 * approval stays, and shows that the plan is another one now. All throw {@link ActionError}, `PlanEditError`,
 * `NameResolutionError` and `FilesError`; then nothing was added.
 */
export class PlanChanges {
  constructor(
    private readonly services: ActionServices,
    private readonly actions: PlanActions,
  ) {}

  async addStage(streamId: string, wanted: { readonly name: string; readonly definition?: string | undefined }): Promise<string> {
    this.actions.refuseAgents();
    const { name, definition } = wanted;
    const { id } = await this.services.files.editPlan(streamId, text => appendStage(text, { name, definition, batches: [] }));
    return id;
  }

  async addBatch(
    streamId: string,
    wanted: Omit<NewBatch, 'threads'> & { readonly stage: string; readonly thread?: WantedThread | undefined },
  ): Promise<string> {
    this.actions.refuseAgents();
    const { stage, thread = {}, ...batch } = wanted;
    await this.actions.checkAgent(thread.agent);
    const { id } = await this.edit(streamId, (text, stages) => {
      const { number } = resolveStage(stages, stage);
      return appendBatch(text, number, { ...batch, threads: [thread] });
    });
    if (thread.name !== undefined) await this.equip(streamId, id, [formatId(...(parseId(id) ?? []), 1)], thread.agent);
    return id;
  }

  /** `batch`: as `01.02`. A batch that runs has its threads: another one would be left out, and is refused. */
  async addThread(streamId: string, batch: string, { agent, ...thread }: WantedThread): Promise<string> {
    this.actions.refuseAgents();
    const [stageNumber, batchNumber, ...rest] = parseId(batch) ?? [];
    if (stageNumber === undefined || batchNumber === undefined || rest.length > 0) {
      throw new ActionError('bad-id', `Invalid batch ID "${batch}". Expected format: "SS.BB" (e.g., "01.02")`);
    }
    await this.actions.checkAgent(agent);
    const id = formatId(stageNumber, batchNumber);
    const { stages } = await this.services.snapshot(streamId);
    if (stages.some(stage => stage.batches.some(node => node.id === id && node.running))) {
      throw new ActionError(
        'running',
        `Batch ${id} is running and would not take up another thread. Add it when the batch has ended, or add a batch: work add-batch --stage ${stageNumber}`,
      );
    }
    const added = await this.edit(streamId, (text, planned) => {
      const stage = resolveStage(planned, String(stageNumber));
      resolveBatch(stage.batches, String(batchNumber), stage);
      return appendThread(text, stageNumber, batchNumber, thread);
    });
    if (thread.name !== undefined) await this.equip(streamId, id, [added.id], agent);
    return added.id;
  }

  /** Puts a person's request for changes into the plan: a batch in the stage it is about, or a stage of its own. */
  async fix(streamId: string, request: FixRequest): Promise<AddedFix> {
    this.actions.refuseAgents();
    const { stage: wanted, into, agent } = request;
    await this.actions.checkAgent(agent);
    const { stages } = await this.services.snapshot(streamId);
    checkPlaces(request.where, stages, streamId);
    const name = fixName(request.name);
    const thread = requestThread(request.name.trim(), request);
    const { id } = await this.edit(streamId, (text, planned) => {
      const { number } = resolveStage(planned, wanted);
      const isApproved = stages.find(stage => Number(stage.id) === number)?.approval === 'approved';
      if (into === 'batch' && isApproved) {
        throw new ActionError(
          'approved',
          `Stage ${number} is approved: what is to be changed in it becomes a stage of its own. Leave --batch out, or take the approval back: work approve stage ${number} --revoke`,
        );
      }
      const threads = [thread];
      if (into === 'batch' || (into === undefined && !isApproved)) return appendBatch(text, number, { name, threads });
      // The stage alone is called a fix: reports count what is called so.
      return appendStage(text, { name, definition: thread.summary, batches: [{ name: thread.name, threads }] });
    });
    const [stageNumber = 0, batchNumber] = parseId(id) ?? [];
    const batch = formatId(stageNumber, batchNumber ?? 1);
    const threadId = `${batch}.01`;
    await this.equip(streamId, batch, [threadId], agent);
    return { stage: batchNumber === undefined ? id : undefined, batch, thread: threadId };
  }

  /**
   * Gives the open tasks of a thread, or one task, to another agent; a thread without tasks gets its first. Gives the tasks' ids.
   * What a running attempt has begun is not changed by it: the next one takes the new agent.
   */
  async assign(
    streamId: string,
    to: { readonly id: string; readonly level: 'thread' | 'task'; readonly agent: string },
  ): Promise<readonly string[]> {
    this.actions.refuseAgents();
    const id = levelOf(to.id) === to.level ? normalizeId(to.id) : undefined;
    if (id === undefined) {
      const expected =
        to.level === 'thread' ? '"stage.batch.thread" (e.g., "01.01.02")' : '"stage.batch.thread.task" (e.g., "01.01.02.03")';
      throw new ActionError('bad-id', `Invalid ${to.level} ID format: ${to.id}. Expected ${expected}`);
    }
    await this.actions.checkAgent(to.agent);
    const change = { assigned_agent: to.agent };
    if (to.level === 'task') return (await this.services.files.updateTasks(streamId, [id], change)).map(task => task.id);
    const { stages } = await this.services.snapshot(streamId);
    const thread = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads)).find(candidate => candidate.id === id);
    if (!thread) throw new ActionError('no-such-thread', `Thread "${id}" not found in the plan of workstream "${streamId}"`);
    if (thread.tasks.length === 0) return [await this.actions.addTask(streamId, id, thread.name, to.agent)];
    const open = thread.tasks.filter(({ status }) => !isDone(status)).map(task => task.id);
    return open.length === 0 ? [] : (await this.services.files.updateTasks(streamId, open, change)).map(task => task.id);
  }

  /** Their first tasks and their prompts, so that the batch can be run at once. */
  async equip(streamId: string, scope: string, threads: readonly string[], agent: string | undefined): Promise<void> {
    const { stages } = await this.services.snapshot(streamId);
    const nodes = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
    for (const { id, name, tasks } of nodes.filter(node => threads.includes(node.id))) {
      if (tasks.length === 0) await this.actions.addTask(streamId, id, name, agent);
    }
    await this.actions.writePrompts(streamId, scope);
  }

  private edit(streamId: string, change: (text: string, stages: readonly PlanStage[]) => PlanEdit): Promise<PlanEdit> {
    return this.services.files.editPlan(streamId, text => change(text, planToChange(text).stages));
  }
}

/** What reads as a thread or task, alone or in front of its name, has to be one: an agent would look for it in vain. */
function checkPlaces(places: readonly string[], stages: readonly StageNode[], streamId: string): void {
  const known = new Set([...allNodes(stages)].map(({ id }) => id));
  for (const place of places) {
    const [first = ''] = place.trim().split(/\s/);
    const level = levelOf(first);
    if ((level !== 'thread' && level !== 'task') || known.has(normalizeId(first) ?? '')) continue;
    const what = level === 'thread' ? 'Thread' : 'Task';
    throw new ActionError('no-such-thread', `${what} "${first}" not found in the plan of workstream "${streamId}"`);
  }
}
