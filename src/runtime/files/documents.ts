import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isSafeName, safeSegments } from '../../domain/files/workPaths';
import { FilesError, wordsOf } from './filesError';
import type { FilesContext } from './filesContext';
import { readText } from './readText';
import { assertWritable } from './assertWritable';
import { writeText } from './writeText';

/** Papers of a workstream that other versions write as well; each may be absent. */
export type DocumentName = 'COMPLETION.md' | 'METRICS.md' | 'REPORT.md' | 'TASKS.md';

/** What stands beside the state of a workstream: prompts, reports, the completion. Texts are written as they are given. */
export class Documents {
  constructor(private readonly context: FilesContext) {}

  /** `promptPath`: relative to the workstream's folder, below `prompts/`. undefined when there is none. */
  readPrompt(streamId: string, promptPath: string): Promise<string | undefined> {
    return this.read(this.promptFile(streamId, promptPath));
  }

  /** Gives the absolute path. */
  writePrompt(streamId: string, promptPath: string, text: string): Promise<string> {
    return this.write(streamId, this.promptFile(streamId, promptPath), text);
  }

  readReport(streamId: string, fileName: string): Promise<string | undefined> {
    return this.read(this.reportFile(streamId, fileName));
  }

  writeReport(streamId: string, fileName: string, text: string): Promise<string> {
    return this.write(streamId, this.reportFile(streamId, fileName), text);
  }

  /** Writes an after-action review where none of that name is: what is there is a person's. Gives the absolute path. */
  async createReview(streamId: string, fileName: string, text: string): Promise<{ readonly file: string; readonly isNew: boolean }> {
    if (!isSafeName(fileName)) throw new FilesError('invalid', `${JSON.stringify(fileName)} cannot be the name of a review.`);
    await assertWritable(this.context, streamId);
    const file = await this.context.folder.confine(path.join(this.context.folder.stream(streamId), 'aar', fileName));
    const isNew = (await this.read(file)) === undefined && (await writeText(file, text, async () => (await this.read(file)) === undefined));
    return { file, isNew };
  }

  readDocument(streamId: string, name: DocumentName): Promise<string | undefined> {
    return this.read(path.join(this.context.folder.stream(streamId), name));
  }

  writeCompletion(streamId: string, text: string): Promise<string> {
    return this.write(streamId, path.join(this.context.folder.stream(streamId), 'COMPLETION.md'), text);
  }

  readSource(streamId: string): Promise<string | undefined> {
    return this.read(path.join(this.context.folder.stream(streamId), 'source.json'));
  }

  writeSource(streamId: string, text: string): Promise<string> {
    return this.write(streamId, path.join(this.context.folder.stream(streamId), 'source.json'), text);
  }

  writeTasks(streamId: string, text: string): Promise<string> {
    return this.write(streamId, this.tasksFile(streamId), text);
  }

  async removeTasks(streamId: string): Promise<void> {
    await assertWritable(this.context, streamId);
    const file = await this.context.folder.confine(this.tasksFile(streamId));
    await rm(file, { force: true }).catch((error: unknown) => {
      throw new FilesError('failed', `TASKS.md could not be deleted: ${wordsOf(error)}.`, { file, cause: error });
    });
  }

  private tasksFile(streamId: string): string {
    return path.join(this.context.folder.stream(streamId), 'TASKS.md');
  }

  promptFile(streamId: string, promptPath: string): string {
    const segments = safeSegments(promptPath);
    if (segments?.[0] !== 'prompts' || segments.length < 2) {
      throw new FilesError(
        'invalid',
        `${JSON.stringify(promptPath)} is no prompt of workstream "${streamId}": it must be a file below prompts/.`,
      );
    }
    return path.join(this.context.folder.stream(streamId), ...segments);
  }

  reportFile(streamId: string, fileName: string): string {
    const name = process.platform === 'win32' ? fileName.replace(/[<>"|?*]/g, '-') : fileName;
    if (!isSafeName(name)) throw new FilesError('invalid', `${JSON.stringify(fileName)} cannot be the name of a report.`);
    return path.join(this.context.folder.stream(streamId), 'reports', name);
  }

  private async read(file: string): Promise<string | undefined> {
    const read = await readText(await this.context.folder.confine(file));
    if (read.kind === 'bad') throw new FilesError('failed', `${file} cannot be read: ${read.message}.`, { file, cause: read.cause });
    return read.kind === 'ok' ? read.text : undefined;
  }

  private async write(streamId: string, file: string, text: string): Promise<string> {
    await assertWritable(this.context, streamId);
    await writeText(await this.context.folder.confine(file), text);
    return file;
  }
}
