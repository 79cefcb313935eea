import path from 'node:path';
import { systemClock, type Clock } from '../../common/clock';
import { silentLogger, type Logger } from '../../common/logger';
import { Sequencer } from '../../common/sequencer';
import type { IndexRecord, SessionRecord, StreamRecord, TaskRecord, ThreadRecord } from '../../domain/files/records';
import type { NewTask, TaskChange } from '../../domain/files/taskEdits';
import type { SessionChange, ThreadExtra } from '../../domain/files/threadEdits';
import type { StreamStatus } from '../../domain/tree/nodes';
import { assertReadable } from './assertReadable';
import { createWorkstream, type FirstContent } from './createWorkstream';
import { Documents, type DocumentName } from './documents';
import { FilesError } from './filesError';
import type { FilesContext } from './filesContext';
import { IndexStore } from './indexStore';
import { PlanStore } from './planStore';
import { readAgents, type AgentsFile } from './readAgents';
import type { Read } from './readJsonFile';
import { readWorkstream, type WorkstreamFiles } from './readWorkstream';
import { TaskStore } from './taskStore';
import { ThreadStore } from './threadStore';
import { WorkFolder } from './workFolder';
import { WorkWatcher } from './workWatcher';
import { WrittenMarks } from './writtenMarks';

export type WorkFilesOptions = {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** How often a held lock is tried again, instead of some 13 seconds in all, which is longer than a dead program's lock counts. */
  readonly lockRetries?: number;
};

/**
 * The files of `work/` in one repository: the only way to them. Reading changes nothing and throws only where it says so.
 * Every change is made in place, under the file's lock, after reading again, and replaces the file as a whole; a file that does
 * not parse is never written to. Besides the reasons that a method names, each change can throw FilesError `unparsable`,
 * `locked`, `conflict`, `read-only`, `missing` (no such workstream) and `failed`.
 */
export class WorkFiles {
  /** `work/`, absolute; it need not exist. */
  readonly folder: string;
  private readonly context: FilesContext;
  private readonly index: IndexStore;
  private readonly tasks: TaskStore;
  private readonly threads: ThreadStore;
  private readonly documents: Documents;
  private readonly plans: PlanStore;

  /** `root`: the folder that holds `.git` and `work/`. */
  constructor(
    readonly root: string,
    { clock = systemClock, logger = silentLogger, lockRetries }: WorkFilesOptions = {},
  ) {
    const folder = new WorkFolder(root);
    this.folder = folder.path;
    this.context = { folder, clock, logger, edits: new Sequencer(), lockRetries, marks: new WrittenMarks(root) };
    this.index = new IndexStore(this.context);
    this.tasks = new TaskStore(this.context);
    this.threads = new ThreadStore(this.context);
    this.documents = new Documents(this.context);
    this.plans = new PlanStore(this.context);
  }

  readIndex(): Promise<Read<IndexRecord>> {
    return this.index.read();
  }

  /** @throws FilesError `invalid` for an id that is not one folder's name; nothing else. */
  async readWorkstream(stream: StreamRecord | string): Promise<WorkstreamFiles> {
    return readWorkstream(this.folder, this.context.folder.stream(typeof stream === 'string' ? stream : stream.id));
  }

  /** @throws FilesError `missing`, `unparsable` where nothing true could be written of the workstream. */
  async checkReadable(streamId: string): Promise<void> {
    assertReadable(await this.readWorkstream(streamId));
  }

  readAgents(): Promise<AgentsFile> {
    return readAgents(this.folder);
  }

  /** The workstream of that id or name; the current one without a name, or for `current`. @throws FilesError `missing`, `unparsable` */
  resolveStream(nameOrId?: string): Promise<StreamRecord> {
    return this.index.resolve(nameOrId);
  }

  /** None where the file is absent or empty. @throws FilesError `unparsable` */
  readTasks(streamId: string): Promise<readonly TaskRecord[]> {
    return this.tasks.readAll(streamId);
  }

  readTask(streamId: string, taskId: string): Promise<TaskRecord | undefined> {
    return this.tasks.read(streamId, taskId);
  }

  /** @throws FilesError `invalid` for a status or id that is none, `missing` for a task that is not there. */
  async updateTask(streamId: string, taskId: string, change: TaskChange): Promise<TaskRecord> {
    const [task] = await this.tasks.update(streamId, [taskId], change);
    if (!task) throw new FilesError('missing', `Task "${taskId}" not found in workstream "${streamId}".`);
    return task;
  }

  /** The same change to each of them, in one write. */
  updateTasks(streamId: string, taskIds: readonly string[], change: TaskChange): Promise<readonly TaskRecord[]> {
    return this.tasks.update(streamId, taskIds, change);
  }

  /** In the order of their ids, between those that are there; one that is there keeps its status and times. */
  addTasks(streamId: string, tasks: readonly NewTask[]): Promise<void> {
    return this.tasks.add(streamId, tasks);
  }

  /**
   * Changes PLAN.md under its lock; `change` gets the text as it is then, and again when somebody saved it meanwhile.
   * @throws FilesError also `read-only` for a file without the right to write, and what `change` throws
   */
  editPlan<T extends { readonly text: string }>(streamId: string, change: (text: string) => T): Promise<T> {
    return this.plans.edit(streamId, change);
  }

  /** Undefined where `threads.json` has no such thread, or cannot be read. */
  readThread(streamId: string, threadId: string): Promise<ThreadRecord | undefined> {
    return this.threads.read(streamId, threadId);
  }

  /** Without a session, only the thread's own fields are set. A running session becomes the thread's current one. */
  upsertSession(streamId: string, threadId: string, session: SessionRecord | undefined, extra: ThreadExtra = {}): Promise<void> {
    return this.threads.upsert(streamId, threadId, session, extra);
  }

  /** Gives false, and writes nothing, when the thread has no such session. */
  updateSession(streamId: string, threadId: string, sessionId: string, change: SessionChange): Promise<boolean> {
    return this.threads.update(streamId, threadId, sessionId, change);
  }

  /** By id or name; undefined: none is current. */
  setCurrentStream(nameOrId: string | undefined): Promise<void> {
    return this.index.setCurrent(nameOrId);
  }

  /** @throws FilesError `invalid` for a batch id that is none. */
  setCurrentBatch(streamId: string, batchId: string): Promise<void> {
    return this.index.setBatch(streamId, batchId);
  }

  /** undefined: the status is computed from the tasks again. */
  setStreamStatus(streamId: string, status: StreamStatus | undefined): Promise<void> {
    return this.index.setStatus(streamId, status);
  }

  /** `stage` is the number in its heading, `at` milliseconds since the epoch. */
  approveStage(streamId: string, stage: number, by: string, at = this.context.clock.now()): Promise<void> {
    return this.index.approveStage(streamId, stage, by, at);
  }

  /** @throws FilesError `missing` when the stage has no approval. */
  revokeStage(streamId: string, stage: number, reason?: string, at = this.context.clock.now()): Promise<void> {
    return this.index.revokeStage(streamId, stage, reason, at);
  }

  /** `planHash`: SHA-256 of the plan's bytes, hexadecimal. */
  approvePlan(streamId: string, by: string, planHash: string, at = this.context.clock.now()): Promise<void> {
    return this.index.approvePlan(streamId, by, planHash, at);
  }

  /** @throws FilesError `missing` when the plan is not approved. */
  revokePlan(streamId: string, reason?: string, at = this.context.clock.now()): Promise<void> {
    return this.index.revokePlan(streamId, reason, at);
  }

  /** Notes that a person approved the plan's tasks, so many of them. */
  approveTasks(streamId: string, count: number, at = this.context.clock.now()): Promise<void> {
    return this.index.approveTasks(streamId, count, at);
  }

  /** Notes the commit that the stage's approval led to. */
  setStageCommit(streamId: string, stage: number, commit: string): Promise<void> {
    return this.index.setStageCommit(streamId, stage, commit);
  }

  /**
   * Makes a workstream with a plan to fill in, or with what `files` gives, and `work/` around it where that is missing. `now`:
   * milliseconds since the epoch.
   * @throws FilesError `invalid` for the name or the number of stages, `conflict` when the name is taken; what `files` throws.
   */
  async createWorkstream({
    name,
    now,
    ...content
  }: FirstContent & { readonly name: string; readonly now?: number }): Promise<StreamRecord> {
    const { folder, lockRetries, marks, clock } = this.context;
    const id = await this.index.inOrder(() => createWorkstream(folder, { name, content, now: now ?? clock.now(), lockRetries, marks }));
    return this.resolveStream(id);
  }

  /** A run begins: what the workstream's records hold now is how it found them. */
  acceptRecords(streamId: string): Promise<void> {
    return this.context.marks.accept(this.records(streamId));
  }

  /**
   * Gives each file of records (`work/…`, with `/`) that was changed since the last look by none of our programs to `tell`: the
   * plan's other files are for people to edit, these are not. @throws FilesError `locked`, and what `tell` throws
   */
  tellForeignRecords(streamId: string, tell: (file: string) => void): Promise<void> {
    return this.context.edits.run('foreign records', () => this.context.marks.tellForeign(this.records(streamId), tell));
  }

  /** `promptPath`: relative to the workstream's folder, below `prompts/`. undefined when there is none. */
  async readPrompt(streamId: string, promptPath: string): Promise<string | undefined> {
    return this.documents.readPrompt(streamId, promptPath);
  }

  /** Gives the absolute path of the file. */
  async writePrompt(streamId: string, promptPath: string, text: string): Promise<string> {
    return this.documents.writePrompt(streamId, promptPath, text);
  }

  /** `fileName`: as `reportFileName` makes it. */
  async readReport(streamId: string, fileName: string): Promise<string | undefined> {
    return this.documents.readReport(streamId, fileName);
  }

  async writeReport(streamId: string, fileName: string, text: string): Promise<string> {
    return this.documents.writeReport(streamId, fileName, text);
  }

  async createReview(streamId: string, fileName: string, text: string): Promise<{ readonly file: string; readonly isNew: boolean }> {
    return this.documents.createReview(streamId, fileName, text);
  }

  async readDocument(streamId: string, name: DocumentName): Promise<string | undefined> {
    return this.documents.readDocument(streamId, name);
  }

  /** `source.json`: where the plan came from. */
  async readSource(streamId: string): Promise<string | undefined> {
    return this.documents.readSource(streamId);
  }

  async writeSource(streamId: string, text: string): Promise<void> {
    await this.documents.writeSource(streamId, text);
  }

  async writeCompletion(streamId: string, text: string): Promise<string> {
    return this.documents.writeCompletion(streamId, text);
  }

  /** Gives the absolute path of `TASKS.md`. */
  async writeTasksDocument(streamId: string, text: string): Promise<string> {
    return this.documents.writeTasks(streamId, text);
  }

  async removeTasksDocument(streamId: string): Promise<void> {
    return this.documents.removeTasks(streamId);
  }

  private records(streamId: string): readonly string[] {
    const { folder } = this.context;
    const stream = folder.stream(streamId);
    return [path.join(folder.path, 'index.json'), path.join(stream, 'tasks.json'), path.join(stream, 'threads.json')];
  }

  /** Watches until it is disposed, by whoever asked for it. */
  watch(): WorkWatcher {
    return new WorkWatcher(this.folder, { logger: this.context.logger });
  }
}
