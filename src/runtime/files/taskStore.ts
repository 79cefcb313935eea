import path from 'node:path';
import { decodeTasks } from '../../domain/files/decode';
import { newTasksFile } from '../../domain/files/newFiles';
import type { TaskRecord } from '../../domain/files/records';
import { addTasks, changeTasks, missingTasks, type NewTask, type TaskChange } from '../../domain/files/taskEdits';
import { normalizeId, parseId } from '../../domain/ids';
import { isTaskStatus, taskStatuses } from '../../domain/taskStatus';
import { FilesError } from './filesError';
import { nowOf, type FilesContext } from './filesContext';
import { editStateFile, readStateFile, tasksFile } from './stateFile';
import { assertWritable } from './assertWritable';

/** `tasks.json` of a workstream: status and report of each task. */
export class TaskStore {
  constructor(private readonly context: FilesContext) {}

  /** None where the file is absent or empty. @throws FilesError `unparsable`, `invalid` */
  async readAll(streamId: string): Promise<readonly TaskRecord[]> {
    const file = path.join(this.context.folder.stream(streamId), 'tasks.json');
    const read = await readStateFile(file, tasksFile);
    if (read.kind === 'bad') throw new FilesError('unparsable', read.problem.message, { file });
    return read.kind === 'ok' ? read.value : [];
  }

  async read(streamId: string, taskId: string): Promise<TaskRecord | undefined> {
    const wanted = normalizeId(taskId) ?? taskId;
    return (await this.readAll(streamId)).find(({ id }) => id === wanted);
  }

  /**
   * Makes one change to tasks, all or none, and gives them as they are then.
   * @throws FilesError `invalid` for a status or id that is none, `missing` for a task that is not there, and those of an edit.
   */
  async update(streamId: string, ids: readonly string[], change: TaskChange): Promise<readonly TaskRecord[]> {
    if (change.status !== undefined && !isTaskStatus(change.status)) {
      throw new FilesError('invalid', `Invalid status "${String(change.status)}". Valid: ${taskStatuses.join(', ')}`);
    }
    ids.forEach(checkTaskId);
    const text = await this.edit(streamId, before => {
      const [missing] = missingTasks(before, ids);
      if (missing !== undefined) {
        const hint = 'Run "work add-task" to add tasks, or "work validate plan" to check the plan.';
        throw new FilesError('missing', `Task "${missing}" not found in workstream "${streamId}". ${hint}`);
      }
      return changeTasks(before, ids, change, nowOf(this.context));
    });
    const decoded = decodeTasks(text);
    return ids.map(id => {
      const task = decoded.ok ? decoded.value.find(candidate => candidate.id === normalizeId(id)) : undefined;
      if (task) return task;
      const problem = decoded.ok ? decoded.problems[0]?.message : decoded.message;
      throw new FilesError(
        'unparsable',
        `Task "${id}" was changed, but its entry is not as it should be: ${problem ?? 'correct it by hand'}.`,
      );
    });
  }

  /** Makes the file where it is absent or empty. @throws FilesError `invalid` for an id that is none, and those of an edit. */
  async add(streamId: string, tasks: readonly NewTask[]): Promise<void> {
    tasks.forEach(({ id }) => checkTaskId(id));
    if (tasks.length === 0) return;
    await this.edit(streamId, text => addTasks(text, tasks, nowOf(this.context)));
  }

  private edit(streamId: string, change: (text: string) => string): Promise<string> {
    const { folder, edits, lockRetries, marks } = this.context;
    const file = path.join(folder.stream(streamId), 'tasks.json');
    const create = () => newTasksFile(streamId, nowOf(this.context));
    return edits.run(file, async () => {
      await assertWritable(this.context, streamId);
      return editStateFile(await folder.confine(file), tasksFile, { change, create, lockRetries, marks });
    });
  }
}

function checkTaskId(id: string): void {
  if (parseId(id.trim())?.length !== 4) {
    throw new FilesError('invalid', `Invalid task ID format: ${id}. Expected "stage.batch.thread.task" (e.g., "01.01.02.03")`);
  }
}
