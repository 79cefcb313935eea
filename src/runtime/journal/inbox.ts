import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { journalEventSchema, type NewJournalEvent } from '../../domain/journal/events';
import { inboxFolder } from './journalPaths';

const noteKinds = ['task.reported', 'attempt.messaged', 'stage.approved', 'stage.revoked', 'plan.approved', 'plan.revoked'] as const;

/** What others than the driver may tell the journal. Effects, attempts and merges are the driver's own knowledge. */
export type InboxNote = Extract<NewJournalEvent, { readonly kind: (typeof noteKinds)[number] }>;

let notes = 0;

/** Leaves a note for the driver: whole or not at all, in the order of the calls. */
export async function dropNote(journalFolder: string, note: InboxNote): Promise<void> {
  const folder = inboxFolder(journalFolder);
  await mkdir(folder, { recursive: true });
  const order = `${String(Date.now()).padStart(15, '0')}-${String(notes++).padStart(6, '0')}`;
  const file = path.join(folder, `${order}-${process.pid}-${randomBytes(4).toString('hex')}.json`);
  await writeFile(`${file}.part`, JSON.stringify(note), { flag: 'wx', flush: true });
  await rename(`${file}.part`, file);
}

export type NoteFile =
  | { readonly kind: 'note'; readonly file: string; readonly note: InboxNote }
  | { readonly kind: 'unreadable'; readonly file: string }
  /** It could not be opened this time; what it says is not known. */
  | { readonly kind: 'inaccessible'; readonly file: string; readonly cause: unknown };

/** The notes that wait, oldest first, and what else lies among them. */
export async function readNotes(folder: string): Promise<readonly NoteFile[]> {
  const names = (await list(folder)).filter(name => name.endsWith('.json')).sort();
  return Promise.all(names.map(name => readNote(path.join(folder, name))));
}

async function readNote(file: string): Promise<NoteFile> {
  try {
    const note = parseNote(await readFile(file, 'utf8'));
    return note ? { kind: 'note', file, note } : { kind: 'unreadable', file };
  } catch (cause) {
    return { kind: 'inaccessible', file, cause };
  }
}

/** Keeps a file that is not a note, where nobody reads it again. Gives its new path. */
export async function moveAside(file: string): Promise<string> {
  const folder = path.join(path.dirname(file), 'unreadable');
  await mkdir(folder, { recursive: true });
  const aside = path.join(folder, `${path.basename(file)}.${randomBytes(4).toString('hex')}`);
  await rename(file, aside);
  return aside;
}

export async function removeNote(file: string): Promise<void> {
  await rm(file, { force: true, maxRetries: 5 });
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parseNote(text: string): InboxNote | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return undefined;
    const parsed = journalEventSchema.safeParse({ ...json, v: 1, seq: 1, at: '', epoch: 0 });
    if (!parsed.success) return undefined;
    const { v: _v, seq: _seq, at: _at, epoch: _epoch, ...note } = parsed.data;
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function isNote(event: NewJournalEvent): event is InboxNote {
  return noteKinds.some(kind => kind === event.kind);
}
