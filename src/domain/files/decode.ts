import * as z from 'zod';
import { parseJson, positionOfPath, type JsonPath, type TextPosition } from './jsonText';
import type { IndexRecord, StreamRecord, TaskRecord, ThreadRecord } from './records';
import { documentSchema, streamSchema, taskSchema, threadSchema } from './schemas';

/** Something in a file's text that is wrong; the rest of the file is used. */
export type TextProblem = { readonly severity: 'error' | 'warning'; readonly message: string; readonly position: TextPosition };

/** `problems`: entries that were left out, and why. Not ok: the file as a whole is not what it should be. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly problems: readonly TextProblem[] }
  | { readonly ok: false; readonly message: string; readonly position: TextPosition };

export function decodeIndex(text: string): Decoded<IndexRecord> {
  const decoded = decodeEntries(text, 'streams', streamSchema, ({ id }) => id, 'Workstream');
  if (!decoded.ok) return decoded;
  const { version, last_updated, current_stream } = decoded.document;
  const streams: readonly StreamRecord[] = decoded.value;
  return { ...decoded, value: { version, last_updated, current_stream, streams } };
}

export function decodeTasks(text: string): Decoded<readonly TaskRecord[]> {
  return decodeEntries(text, 'tasks', taskSchema, ({ id }) => id, 'Task');
}

export function decodeThreads(text: string): Decoded<readonly ThreadRecord[]> {
  return decodeEntries(text, 'threads', threadSchema, ({ threadId }) => threadId, 'Thread');
}

type Document = z.infer<typeof documentSchema>;

/** An entry that does not fit is left out with its reason, and so is the second of two with one id: one odd entry must not hide the others. */
function decodeEntries<S extends z.ZodType>(
  text: string,
  key: string,
  schema: S,
  idOf: (entry: z.infer<S>) => string,
  word: string,
): (Decoded<readonly z.infer<S>[]> & { readonly document: Document }) | Extract<Decoded<never>, { ok: false }> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const { data: document, error } = documentSchema.safeParse(parsed.value);
  if (error) return { ok: false, ...describe(text, error, []) };

  const entries = z.array(z.unknown()).safeParse(document[key]).data;
  if (!entries) return { ok: false, message: `a list "${key}" is expected`, position: positionOfPath(text, [key]) };
  const value: z.infer<S>[] = [];
  const problems: TextProblem[] = [];
  const known = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const result = schema.safeParse(entry);
    if (!result.success) {
      problems.push({ severity: 'error', ...describe(text, result.error, [key, index]) });
    } else if (known.has(idOf(result.data))) {
      const message = `${word} "${idOf(result.data)}" is there twice; the first one counts.`;
      problems.push({ severity: 'warning', message, position: positionOfPath(text, [key, index]) });
    } else {
      known.add(idOf(result.data));
      value.push(result.data);
    }
  }
  return { ok: true, value, problems, document };
}

function describe(text: string, error: z.ZodError, around: JsonPath): { readonly message: string; readonly position: TextPosition } {
  const [issue] = error.issues;
  const path = [...around, ...(issue?.path ?? []).filter(key => typeof key !== 'symbol')];
  return {
    message: `${path.length === 0 ? '' : `${path.join('.')}: `}${issue?.message ?? 'not as expected'}`,
    position: positionOfPath(text, path),
  };
}
