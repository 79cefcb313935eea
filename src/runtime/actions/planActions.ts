import type { Clock } from '../../common/clock';
import { isKnownAgent, unknownAgent } from '../../domain/agents';
import { compareIds, formatId, isWithin, normalizeId, parseId } from '../../domain/ids';
import type { TaskStatus } from '../../domain/taskStatus';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { approvePlan, planProblem, revokePlan } from '../gate/approvePlan';
import { approveStage, revokeStage } from '../gate/approveStage';
import { dropNote } from '../journal/inbox';
import { journalFolder } from '../journal/journalPaths';
import { writePrompts, type WrittenPrompt } from '../run/writePrompts';

export class ActionError extends Error {
  override readonly name = 'ActionError';

  constructor(
    readonly reason:
      'bad-id' | 'no-such-thread' | 'no-such-agent' | 'not-yours' | 'running' | 'approved' | 'exists' | 'no-tasks' | 'not-blocked',
    message: string,
  ) {
    super(message);
  }
}

export type ActionServices = {
  readonly files: WorkFiles;
  readonly git: Git;
  readonly clock: Clock;
  /** `AGENT` in a process that an agent started; the person's otherwise. */
  readonly role: string | undefined;
  snapshot(streamId: string): Promise<WorkstreamSnapshot>;
  /** Tells the source of a workstream's plan what became of its tasks; says itself what could not be done. */
  writeBack?(streamId: string): Promise<void>;
  /** The skill that prompts name, if a running server has it. */
  skill?(): Promise<string | undefined>;
};

export type TaskStateChange = {
  readonly status: TaskStatus;
  readonly report?: string;
  readonly breadcrumb?: string;
  readonly assigned_agent?: string;
};

/** What a person does to a plan's state by hand, the same from the window and from the command line. */
export class PlanActions {
  constructor(private readonly services: ActionServices) {}

  /** Writes a task's state under the lock and leaves a note for the journal. @throws {ActionError} for an agent that nobody defines */
  async setTaskStatus(
    streamId: string,
    taskId: string,
    change: TaskStateChange,
  ): Promise<{ readonly id: string; readonly name: string; readonly status: TaskStatus }> {
    const { files, git, role } = this.services;
    await this.checkAgent(change.assigned_agent);
    const task = await files.updateTask(streamId, taskId, change);
    await dropNote(journalFolder(await git.commonDir(), streamId), {
      kind: 'task.reported',
      task: task.id,
      status: task.status,
      ...(change.report === undefined ? {} : { report: change.report }),
      by: role === 'AGENT' ? 'agent' : 'user',
    });
    await this.services.writeBack?.(streamId);
    return task;
  }

  /** Adds a task at the end of a thread of the plan and gives its id. @throws {ActionError} */
  async addTask(streamId: string, threadId: string, name: string, agent?: string): Promise<string> {
    const id = parseId(threadId)?.length === 3 ? normalizeId(threadId) : undefined;
    if (id === undefined) {
      throw new ActionError('bad-id', `Invalid thread ID format: ${threadId}. Expected "stage.batch.thread" (e.g., "01.01.02")`);
    }
    const stream = await this.services.snapshot(streamId);
    const stage = stream.stages.find(candidate => isWithin(id, candidate.id));
    const batch = stage?.batches.find(candidate => isWithin(id, candidate.id));
    const thread = batch?.threads.find(candidate => candidate.id === id && !candidate.orphan);
    if (!stage || !batch || !thread) {
      throw new ActionError('no-such-thread', `Thread "${id}" not found in the plan of workstream "${streamId}"`);
    }
    await this.checkAgent(agent);
    const last = [...thread.tasks].sort((a, b) => compareIds(a.id, b.id)).at(-1);
    const taskId = formatId(...(parseId(id) ?? []), (parseId(last?.id ?? '')?.at(-1) ?? 0) + 1);
    await this.services.files.addTasks(streamId, [
      { id: taskId, name, stage_name: stage.name, batch_name: batch.name, thread_name: thread.name, assigned_agent: agent ?? thread.agent },
    ]);
    return taskId;
  }

  async writePrompts(streamId: string, scope: string | undefined): Promise<readonly WrittenPrompt[]> {
    return writePrompts(this.services.files, await this.services.snapshot(streamId), { scope, skill: await this.services.skill?.() });
  }

  async approveStage(streamId: string, stageNumber: number, options: { readonly force?: boolean } = {}): Promise<void> {
    await approveStage(this.services, await this.services.snapshot(streamId), stageNumber, options);
  }

  /** What should be settled before the plan is approved, a line each; undefined when nothing is. */
  async planProblem(streamId: string): Promise<string | undefined> {
    const { plan } = (await this.services.files.readWorkstream(streamId)).plan;
    return plan && planProblem(plan);
  }

  /** @throws {GateError} `open-questions` unless `force` */
  async approvePlan(streamId: string, options: { readonly force?: boolean } = {}): Promise<void> {
    await approvePlan(this.services, streamId, options);
  }

  async revokePlan(streamId: string, reason?: string): Promise<void> {
    await revokePlan(this.services, streamId, reason);
  }

  async revokeStage(streamId: string, stageNumber: number, reason?: string): Promise<void> {
    await revokeStage(this.services, await this.services.snapshot(streamId), stageNumber, reason);
  }

  /** @throws {ActionError} `not-yours` in an agent's session: the plan is a person's. */
  refuseAgents(): void {
    if (this.services.role !== 'AGENT') return;
    throw new ActionError('not-yours', 'PLAN.md is for people to change. Say in your report what you think is missing in the plan.');
  }

  /** @throws {ActionError} `no-such-agent`; undefined is nobody, which is allowed. */
  async checkAgent(name: string | undefined): Promise<void> {
    if (name === undefined) return;
    const file = await this.services.files.readAgents();
    if (isKnownAgent(name, file)) return;
    const unreadable = file.agents.length === 0 ? file.problems.find(({ severity }) => severity === 'error') : undefined;
    throw new ActionError('no-such-agent', unreadable?.message ?? unknownAgent(name, file.source));
  }
}
