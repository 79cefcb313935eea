import path from 'node:path';
import { isoTime } from '../../common/clock';
import {
  approvePlan,
  approveStage,
  approveTasks,
  changeStream,
  revokePlan,
  revokeStage,
  setCurrentStream,
  setStageCommit,
} from '../../domain/files/indexEdits';
import type { IndexRecord, StreamRecord } from '../../domain/files/records';
import { isSafeName } from '../../domain/files/workPaths';
import { normalizeId, parseId } from '../../domain/ids';
import type { JsonValue } from '../../domain/journal/events';
import type { StreamStatus } from '../../domain/tree/nodes';
import { FilesError } from './filesError';
import { nowOf, type FilesContext } from './filesContext';
import type { Read } from './readJsonFile';
import { editStateFile, indexFile, readStateFile } from './stateFile';

/** `work/index.json`: the list of workstreams, the current one, approvals, the current batch. */
export class IndexStore {
  readonly file: string;

  constructor(private readonly context: FilesContext) {
    this.file = path.join(context.folder.path, 'index.json');
  }

  read(): Promise<Read<IndexRecord>> {
    return readStateFile(this.file, indexFile);
  }

  /**
   * The workstream of that id or name; the current one without a name, or for `current`.
   * @throws FilesError `missing`, `unparsable`
   */
  async resolve(nameOrId?: string): Promise<StreamRecord> {
    const read = await this.read();
    if (read.kind === 'bad') throw new FilesError('unparsable', read.problem.message, { file: this.file });
    if (read.kind === 'absent') throw this.absent();
    const wanted = nameOrId === undefined || nameOrId === 'current' ? read.value.current_stream : nameOrId;
    if (wanted === undefined || wanted === '') {
      throw new FilesError(
        'missing',
        "No workstream specified and no current workstream set. Use --stream <id> or 'work current --set <id>'",
      );
    }
    return find(read.value, wanted);
  }

  async setCurrent(nameOrId: string | undefined): Promise<void> {
    await this.edit((text, index) => {
      const id = nameOrId === undefined ? undefined : find(index, nameOrId).id;
      return id === index.current_stream ? text : setCurrentStream(text, id, nowOf(this.context));
    });
  }

  /** Sets fields of a workstream's entry, undefined removes one; nothing is written when they are as wanted. */
  async change(streamId: string, fields: Readonly<Record<string, JsonValue | undefined>>): Promise<void> {
    await this.edit((text, index) => {
      const held: Readonly<Record<string, unknown>> = { ...find(index, streamId) };
      if (Object.entries(fields).every(([key, value]) => held[key] === value)) return text;
      return changeStream(text, streamId, fields, nowOf(this.context)) ?? text;
    });
  }

  setBatch(streamId: string, batchId: string): Promise<void> {
    if (parseId(batchId)?.length !== 2) {
      return Promise.reject(new FilesError('invalid', `Invalid batch ID "${batchId}". Expected format: "SS.BB" (e.g., "01.02")`));
    }
    return this.change(streamId, { current_batch: normalizeId(batchId) });
  }

  setStatus(streamId: string, status: StreamStatus | undefined): Promise<void> {
    return this.change(streamId, { status });
  }

  /** `at`: milliseconds since the epoch. */
  async approveStage(streamId: string, stage: number, by: string, at: number): Promise<void> {
    await this.edit((text, index) => {
      find(index, streamId);
      return approveStage(text, streamId, stage, { by, at: isoTime(at) }) ?? text;
    });
  }

  /** @throws FilesError `missing` when the stage has no approval. */
  async revokeStage(streamId: string, stage: number, reason: string | undefined, at: number): Promise<void> {
    await this.editStage(streamId, stage, 'nothing to revoke', text => revokeStage(text, streamId, stage, { reason, at: isoTime(at) }));
  }

  /** `planHash`: SHA-256 of the plan's bytes, hexadecimal; `at`: milliseconds since the epoch. */
  async approvePlan(streamId: string, by: string, planHash: string, at: number): Promise<void> {
    await this.edit((text, index) => {
      find(index, streamId);
      return approvePlan(text, streamId, { by, at: isoTime(at), planHash }) ?? text;
    });
  }

  async approveTasks(streamId: string, count: number, at: number): Promise<void> {
    await this.edit((text, index) => {
      find(index, streamId);
      return approveTasks(text, streamId, { count, at: isoTime(at) }) ?? text;
    });
  }

  /** @throws FilesError `missing` when the plan is not approved. */
  async revokePlan(streamId: string, reason: string | undefined, at: number): Promise<void> {
    await this.edit((text, index) => {
      find(index, streamId);
      const changed = revokePlan(text, streamId, { reason, at: isoTime(at) });
      if (changed === undefined) throw new FilesError('missing', 'The plan is not approved, nothing to revoke', { file: this.file });
      return changed;
    });
  }

  async setStageCommit(streamId: string, stage: number, commit: string): Promise<void> {
    await this.editStage(streamId, stage, 'it has no commit', text => setStageCommit(text, streamId, stage, commit, nowOf(this.context)));
  }

  private async editStage(streamId: string, stage: number, otherwise: string, change: (text: string) => string | undefined): Promise<void> {
    await this.edit((text, index) => {
      find(index, streamId);
      const changed = change(text);
      if (changed === undefined) throw new FilesError('missing', `Stage ${stage} is not approved, ${otherwise}`, { file: this.file });
      return changed;
    });
  }

  /** Work on the index, after that which was asked for before. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    return this.context.edits.run(this.file, work);
  }

  private edit(change: (text: string, index: IndexRecord) => string): Promise<void> {
    return this.inOrder(async () => {
      if ((await this.read()).kind === 'absent') throw this.absent();
      await this.context.folder.confine(this.file);
      const { lockRetries, marks } = this.context;
      await editStateFile(this.file, indexFile, { change, lockRetries, marks });
    });
  }

  private absent(): FilesError {
    return new FilesError(
      'missing',
      `No workstreams index found at ${this.file}. Make the first workstream with: work create --name <name>`,
      {
        file: this.file,
      },
    );
  }
}

function find(index: IndexRecord, nameOrId: string): StreamRecord {
  const found = index.streams.find(({ id }) => id === nameOrId) ?? index.streams.find(({ name }) => name === nameOrId);
  if (!found && !isSafeName(nameOrId)) {
    throw new FilesError(
      'invalid',
      `${JSON.stringify(nameOrId)} cannot be a workstream's id: it must name one folder below work/. If work/index.json names it, correct it there by hand.`,
    );
  }
  if (!found) throw new FilesError('missing', `Workstream "${nameOrId}" not found`);
  return found;
}
