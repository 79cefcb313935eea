import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NewJournalEvent } from '../domain/journal/events';

type TaskReported = Extract<NewJournalEvent, { readonly kind: 'task.reported' }>;

/** Leaves a note for the journal's driver: written under another name, then renamed, so that it is there whole or not at all. */
export async function dropTaskNote(inbox: string, note: TaskReported): Promise<void> {
  await mkdir(inbox, { recursive: true });
  const name = `${String(Date.now()).padStart(15, '0')}-000000-${process.pid}-${randomBytes(4).toString('hex')}.json`;
  const file = path.join(inbox, name);
  await writeFile(`${file}.part`, JSON.stringify(note), { flag: 'wx', flush: true });
  await rename(`${file}.part`, file);
}
