import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, wordsOf } from './filesError';

export type TextRead =
  | { readonly kind: 'ok'; readonly text: string; /** Milliseconds since the epoch. */ readonly modifiedAt: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'bad'; readonly message: string; readonly cause?: unknown };

/** While another program replaces a file, Windows refuses to open it for a moment. */
const passing = new Set(['EBUSY', ...(process.platform === 'win32' ? ['EPERM', 'EACCES'] : [])]);
const attempts = 5;

/** A file's text, byte for byte (a byte order mark stays): what is not UTF-8 is bad, since it could not be written back unchanged. */
export async function readText(file: string): Promise<TextRead> {
  for (let attempt = 1; ; attempt++) {
    try {
      const facts = await stat(file);
      if (!facts.isFile()) return { kind: 'bad', message: 'it is not a file' };
      const bytes = await readFile(file);
      return { kind: 'ok', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), modifiedAt: facts.mtimeMs };
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
      if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { kind: 'bad', message: 'it is not UTF-8 text', cause: error };
      if (!passing.has(code) || attempt === attempts) return { kind: 'bad', message: wordsOf(error), cause: error };
      await pause(20 * attempt);
    }
  }
}
