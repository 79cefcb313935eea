import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Decoded } from '../../domain/files/decode';
import type { TextPosition } from '../../domain/files/jsonText';
import type { FileProblem } from '../../domain/tree/nodes';
import { readText } from './readText';

/** `problems`: entries that were left out of `value`, and why. */
export type Read<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly text: string; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'bad'; readonly problem: FileProblem };

/** A file that was written this recently (milliseconds) and does not parse may be half-written. */
const fresh = 2000;
const patience = 120;

/** Reads a file of records. With `emptyIsAbsent`, a file without any text counts as absent. Never throws, never writes. */
export async function readJsonFile<T>(
  file: string,
  decode: (text: string) => Decoded<T>,
  { emptyIsAbsent = false }: { readonly emptyIsAbsent?: boolean } = {},
): Promise<Read<T>> {
  const first = await readOnce(file, decode, emptyIsAbsent);
  if (!first.retry) return first.read;
  await pause(patience);
  return (await readOnce(file, decode, emptyIsAbsent)).read;
}

async function readOnce<T>(
  file: string,
  decode: (text: string) => Decoded<T>,
  emptyIsAbsent: boolean,
): Promise<{ readonly read: Read<T>; readonly retry: boolean }> {
  const found = await readText(file);
  if (found.kind === 'absent') return { read: found, retry: false };
  if (found.kind === 'bad') return { read: { kind: 'bad', problem: unreadable(file, found.message) }, retry: false };

  const retry = Math.abs(Date.now() - found.modifiedAt) < fresh;
  if (found.text.trim() === '' && emptyIsAbsent) return { read: { kind: 'absent' }, retry };
  const decoded = decode(found.text);
  if (!decoded.ok) return { read: { kind: 'bad', problem: unreadable(file, decoded.message, decoded.position) }, retry };
  const problems = decoded.problems.map(({ severity, message, position }) => ({ file, severity, message, ...position }));
  return { read: { kind: 'ok', value: decoded.value, text: found.text, problems }, retry: false };
}

/** A file that is not used at all until somebody corrects it. */
export function unreadable(file: string, message: string, position?: TextPosition): FileProblem {
  const where = position ? ` (line ${position.line}, column ${position.column})` : '';
  return {
    file,
    severity: 'error',
    message: `${path.basename(file)} cannot be read: ${message}${where}. Correct it by hand; until then nothing is written to it.`,
    ...position,
  };
}
