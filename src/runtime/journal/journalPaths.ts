import path from 'node:path';

/** `<git-common-dir>/work/<workstream>`. A hostile id stays one folder name inside `work`. */
export function journalFolder(commonDir: string, streamId: string): string {
  return path.join(commonDir, 'work', folderName(streamId));
}

export const journalFile = (folder: string) => path.join(folder, 'journal.jsonl');

/** Where everybody but the driver leaves notes for the journal. */
export const inboxFolder = (folder: string) => path.join(folder, 'inbox');

/** Ids are `NNN-name`; any other character, and a dot in front, is written as its number so that two ids never share a folder. */
function folderName(streamId: string): string {
  const encoded = streamId.replace(/[^A-Za-z0-9._-]|^\./gu, character => `%${(character.codePointAt(0) ?? 0).toString(16)}%`);
  return encoded === '' ? '%%' : encoded;
}
