import path from 'node:path';
import { newThreadsFile } from '../../domain/files/newFiles';
import type { SessionRecord, ThreadRecord } from '../../domain/files/records';
import { changeSession, changeThread, upsertSession, type SessionChange, type ThreadExtra } from '../../domain/files/threadEdits';
import { normalizeId, parseId } from '../../domain/ids';
import { FilesError } from './filesError';
import { nowOf, type FilesContext } from './filesContext';
import { editStateFile, readStateFile, threadsFile } from './stateFile';
import { assertWritable } from './assertWritable';

/** `threads.json` of a workstream: the sessions of each thread. */
export class ThreadStore {
  constructor(private readonly context: FilesContext) {}

  /** Undefined where the file has no such thread, or cannot be read. */
  async read(streamId: string, threadId: string): Promise<ThreadRecord | undefined> {
    const read = await readStateFile(path.join(this.context.folder.stream(streamId), 'threads.json'), threadsFile);
    const wanted = normalizeId(threadId) ?? threadId;
    return read.kind === 'ok' ? read.value.find(thread => thread.threadId === wanted) : undefined;
  }

  /** Adds or changes a session (undefined: none) and the thread's own fields; makes the file where it is absent or empty. */
  async upsert(streamId: string, threadId: string, session: SessionRecord | undefined, extra: ThreadExtra): Promise<void> {
    const at = nowOf(this.context);
    await this.edit(streamId, threadId, text =>
      session ? upsertSession(text, threadId, session, extra, at) : changeThread(text, threadId, extra, at),
    );
  }

  /** Gives false, and writes nothing, when the thread has no such session. */
  async update(streamId: string, threadId: string, sessionId: string, change: SessionChange): Promise<boolean> {
    let found = true;
    await this.edit(streamId, threadId, text => {
      const changed = changeSession(text, threadId, sessionId, change, nowOf(this.context));
      found = changed !== undefined;
      return changed ?? text;
    });
    return found;
  }

  private async edit(streamId: string, threadId: string, change: (text: string) => string): Promise<void> {
    if (parseId(threadId)?.length !== 3) {
      throw new FilesError('invalid', `Invalid thread ID format: ${threadId}. Expected "stage.batch.thread" (e.g., "01.01.02")`);
    }
    const { folder, edits, lockRetries, marks } = this.context;
    const file = path.join(folder.stream(streamId), 'threads.json');
    const create = () => newThreadsFile(streamId, nowOf(this.context));
    await edits.run(file, async () => {
      await assertWritable(this.context, streamId);
      await editStateFile(await folder.confine(file), threadsFile, { change, create, lockRetries, marks });
    });
  }
}
