import { parseTasksDocument, tasksDocument } from '../../domain/plan/tasksDocument';
import { ActionError, type ActionServices, type PlanActions } from './planActions';

/** How a plan comes to its tasks: straight, or through `TASKS.md`, which a person fills in and approves. */
export class PlanTasks {
  constructor(
    private readonly services: ActionServices,
    private readonly actions: PlanActions,
  ) {}

  /** Gives each thread without tasks one that is called after it, and their ids. */
  async addStraight(streamId: string): Promise<readonly string[]> {
    this.actions.refuseAgents();
    const { stages } = await this.services.snapshot(streamId);
    const threads = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
    const added: string[] = [];
    for (const { id, name } of threads.filter(({ tasks, orphan }) => tasks.length === 0 && !orphan)) {
      added.push(await this.actions.addTask(streamId, id, name));
    }
    return added;
  }

  /** Whether a `TASKS.md` waits to be taken. */
  async isWaiting(streamId: string): Promise<boolean> {
    return (await this.services.files.readDocument(streamId, 'TASKS.md')) !== undefined;
  }

  /** Writes `TASKS.md` to fill in and gives its absolute path. @throws {ActionError} `exists` unless `force` */
  async writeDocument(streamId: string, options: { readonly force?: boolean } = {}): Promise<string> {
    this.actions.refuseAgents();
    if (options.force !== true && (await this.isWaiting(streamId))) {
      throw new ActionError('exists', 'TASKS.md is there already. Take it with: work approve tasks, or write it anew with --force.');
    }
    return this.services.files.writeTasksDocument(streamId, tasksDocument(await this.services.snapshot(streamId)));
  }

  /**
   * Takes the tasks of `TASKS.md` into `tasks.json`, writes all prompts and deletes the file. A task that is there already keeps
   * its status. Gives how many were taken. @throws {ActionError} `no-tasks` with what is wrong in the file
   */
  async takeDocument(streamId: string): Promise<number> {
    this.actions.refuseAgents();
    const { files, clock } = this.services;
    const text = await files.readDocument(streamId, 'TASKS.md');
    if (text === undefined) throw new ActionError('no-tasks', `TASKS.md not found in work/${streamId}. Write it with: work tasks`);
    const { tasks, errors } = parseTasksDocument(text);
    if (errors.length > 0) {
      throw new ActionError('no-tasks', `TASKS.md has errors: ${errors.map(({ line, message }) => `line ${line}: ${message}`).join('; ')}`);
    }
    if (tasks.length === 0) throw new ActionError('no-tasks', 'TASKS.md contains no valid tasks.');
    for (const agent of new Set(tasks.map(({ assigned_agent }) => assigned_agent))) await this.actions.checkAgent(agent);
    await files.addTasks(streamId, tasks);
    await this.actions.writePrompts(streamId, undefined);
    await files.approveTasks(streamId, tasks.length, clock.now());
    await files.removeTasksDocument(streamId);
    return tasks.length;
  }
}
