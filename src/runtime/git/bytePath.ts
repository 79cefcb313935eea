import path from 'node:path';

/**
 * A name below a folder, with `/`, one character for each of its bytes: what git and the disk call it, even where it is no text.
 */
export type BytePath = string;

export const toBytePath = (name: Buffer): BytePath => name.toString('latin1');

export const bytesOf = (name: BytePath): Buffer => Buffer.from(name, 'latin1');

/** For people and for JSON that they read; not to be taken back. */
export const shownPath = (name: BytePath): string => bytesOf(name).toString();

/** Where `name` is on the disk; `name` may be empty. */
export function placeOf(folder: string, name: BytePath): Buffer {
  return name === '' ? Buffer.from(folder) : Buffer.concat([Buffer.from(`${folder}${path.sep}`), bytesOf(name)]);
}

/** The folder that a path is in; empty at the top. */
export const parentOf = (name: BytePath): BytePath => name.slice(0, Math.max(0, name.lastIndexOf('/')));

/** The names in NUL-terminated output of git. */
export function splitNames(output: Buffer): BytePath[] {
  return output
    .toString('latin1')
    .split('\0')
    .filter(name => name !== '');
}
