import { oneLine } from '../../common/text';
import { resolvingName } from '../../domain/coordinator/escalations';
import { ancestorId, formatId, normalizeId, parseId } from '../../domain/ids';
import { appendBatch, appendThread } from '../../domain/plan/appendToPlan';
import { addDependency, addThreadNote, dependencyWords } from '../../domain/plan/threadEdits';
import type { BatchNode, TaskNode, ThreadNode } from '../../domain/tree/nodes';
import { ActionError, type ActionServices, type PlanActions } from './planActions';
import type { PlanChanges } from './planChanges';

export type BlockerRequest = {
  /** The blocked task, or its thread. */
  readonly id: string;
  /** What has to be done first, in a few words. */
  readonly name: string;
  /** Markdown: more about it. */
  readonly what?: string | undefined;
  readonly agent?: string | undefined;
};

/** The thread that was added, and the task that waits for it now. `why`: what its agent said. */
export type AddedBlocker = { readonly batch: string; readonly thread: string; readonly blocked: string; readonly why: string | undefined };

type Blocked = { readonly batch: BatchNode; readonly thread: ThreadNode; readonly task: TaskNode };

/**
 * What a person does about a task that its agent could not finish, beyond telling the agent more: another scope, or a thread of its
 * own that takes the hindrance out of the way. All throw {@link ActionError}, `PlanEditError` and `FilesError`; then the plan is as
 * it was.
 */
export class Blockers {
  constructor(
    private readonly services: ActionServices,
    private readonly actions: PlanActions,
    private readonly changes: PlanChanges,
  ) {}

  /** Writes into the thread's part of `PLAN.md`, and into its prompt, what is and what is not its business from now on. Gives the thread's id. */
  async adjustScope(streamId: string, id: string, note: string): Promise<string> {
    this.actions.refuseAgents();
    const { thread } = await this.thread(streamId, id);
    if (thread.running) {
      throw new ActionError('running', `Thread ${thread.id} is running: its agent would not see it. Send it a message instead.`);
    }
    if (oneLine(note) === '') throw new ActionError('bad-id', 'Say what the scope is from now on.');
    await this.services.files.editPlan(streamId, text => addThreadNote(text, thread.id, 'Scope', note));
    await this.actions.writePrompts(streamId, thread.id);
    return thread.id;
  }

  /**
   * Adds a thread `resolve-<task> <name>` to the plan, which waits for what the blocked thread waited for, and lets that one wait for
   * it too. Its task is pending again and so begins once the other is merged, on what it brought; others go on meanwhile.
   */
  async create(streamId: string, request: BlockerRequest): Promise<AddedBlocker> {
    this.actions.refuseAgents();
    const { agent } = request;
    await this.actions.checkAgent(agent);
    const { batch, thread, task } = await this.blockedTask(streamId, request.id);
    const [stageNumber = 0, batchNumber = 0] = parseId(batch.id) ?? [];
    const { report: why } = task;
    const name = resolvingName(task.id, oneLine(request.name));
    const { added } = await this.services.files.editPlan(streamId, text => {
      const wanted = {
        name,
        summary: `Take out of the way what keeps task ${task.id} ${task.name} from going on: ${request.name}`,
        details: [
          `**Depends on:** ${dependencyWords(text, thread.id)}`,
          ...(why === undefined ? [] : [`The agent of task ${task.id} stopped and said: ${oneLine(why)}`]),
          ...(request.what === undefined ? [] : [request.what]),
        ],
      };
      // A batch that runs has its threads: another one would be left out of its run.
      const edit = batch.running
        ? appendBatch(text, stageNumber, { name, threads: [wanted] })
        : appendThread(text, stageNumber, batchNumber, wanted);
      const threadId = batch.running ? `${edit.id}.${formatId(1)}` : edit.id;
      return { text: addDependency(edit.text, thread.id, threadId).text, added: threadId };
    });
    await this.changes.equip(streamId, ancestorId(added, 'batch'), [added], agent);
    await this.actions.writePrompts(streamId, thread.id);
    await this.actions.setTaskStatus(streamId, task.id, { status: 'pending', breadcrumb: `Waits for ${added} ${name}.` });
    return { batch: ancestorId(added, 'batch'), thread: added, blocked: task.id, why };
  }

  private async blockedTask(streamId: string, given: string): Promise<Blocked> {
    const { batch, thread } = await this.thread(streamId, given);
    const id = normalizeId(given) ?? given;
    if (thread.running) throw new ActionError('running', `Thread ${thread.id} is running. Stop it first, or wait until it has ended.`);
    const blocked = thread.tasks.filter(task => task.status === 'blocked');
    const task = blocked.find(each => each.id === id) ?? (id === thread.id ? blocked[0] : undefined);
    if (task) return { batch, thread, task };
    throw new ActionError(
      'not-blocked',
      `${id === thread.id ? `Thread ${id} has no task that is blocked` : `Task ${id} is not blocked`}: there is nothing to resolve.`,
    );
  }

  /** The thread that an id of a thread or task is about. */
  private async thread(streamId: string, given: string): Promise<{ readonly batch: BatchNode; readonly thread: ThreadNode }> {
    const length = parseId(given)?.length ?? 0;
    if (length < 3) {
      throw new ActionError('bad-id', `Invalid ID format: ${given}. Expected a thread or a task (e.g., "01.01.02" or "01.01.02.03")`);
    }
    const id = ancestorId(given, 'thread');
    const { stages } = await this.services.snapshot(streamId);
    for (const batch of stages.flatMap(stage => stage.batches)) {
      const thread = batch.threads.find(each => each.id === id && !each.orphan);
      if (thread) return { batch, thread };
    }
    throw new ActionError('no-such-thread', `Thread "${id}" not found in the plan of workstream "${streamId}"`);
  }
}
