import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PlanEditError } from '../../domain/plan/planEditError';
import { assertWritable } from './assertWritable';
import { withFileLock } from './fileLock';
import { FilesError } from './filesError';
import type { FilesContext } from './filesContext';
import { readText } from './readText';
import { patient } from './stateFile';
import { writeText } from './writeText';

/** People save the plan at any moment; more often in a row than this they are not let win. */
const attempts = 5;

/** `PLAN.md` of a workstream: a person's file, to which parts are added when a person asks for them. */
export class PlanStore {
  constructor(private readonly context: FilesContext) {}

  /**
   * Gives the text of the plan as it is now to `change` and writes what comes back, unless it was saved in between: then `change`
   * is asked again, with the newer text.
   * @throws FilesError `missing`, `unparsable`, `locked`, `conflict`, `read-only`, `failed`, and whatever `change` throws
   */
  edit<T extends { readonly text: string }>(streamId: string, change: (text: string) => T): Promise<T> {
    const { folder, edits, lockRetries } = this.context;
    const file = path.join(folder.stream(streamId), 'PLAN.md');
    return edits.run(file, async () => {
      await assertWritable(this.context, streamId);
      await folder.confine(file);
      return withFileLock(file, { ...patient, retries: lockRetries ?? patient.retries }, async lease => {
        for (let attempt = 1; attempt <= attempts; attempt++) {
          const before = await this.read(file);
          const edited = changed(file, () => change(before));
          if (edited.text === before) return edited;
          const isUnchanged = async () => {
            await lease.check();
            return (await this.read(file)) === before;
          };
          if (await writeText(file, edited.text, isUnchanged)) return edited;
        }
        throw new FilesError('conflict', 'PLAN.md is being changed by another program all the time. Try again in a moment.', { file });
      });
    });
  }

  private async read(file: string): Promise<string> {
    const read = await readText(file);
    if (read.kind === 'absent') throw new FilesError('missing', `PLAN.md not found at ${file}`, { file });
    if (read.kind === 'bad') throw new FilesError('unparsable', `PLAN.md cannot be read: ${read.message}.`, { file, cause: read.cause });
    // A file that is replaced as a whole would not stop us: whoever took the right to write from it meant to.
    if (((await stat(file)).mode & 0o222) === 0) {
      throw new FilesError('read-only', 'PLAN.md is read-only. Make it writable, then try again; nothing was changed.', { file });
    }
    return read.text;
  }
}

/** What is broken in the plan is shown in the plan. */
function changed<T>(file: string, change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof PlanEditError) || error.line === undefined) throw error;
    throw new FilesError('unparsable', error.message, { file, position: { line: error.line, column: 1 }, cause: error });
  }
}
