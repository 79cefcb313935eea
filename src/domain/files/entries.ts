import type { JsonChange } from './jsonEdit';
import { parseJson } from './jsonText';

export type ListKey = 'streams' | 'tasks' | 'threads';
export type Entry = Readonly<Record<string, unknown>>;

/** The entries of a file's list as they stand there, those that do not fit included: an entry's place in it is its place in the text. */
export function entriesOf(text: string, key: ListKey): readonly Entry[] {
  const parsed = parseJson(text);
  const list = parsed.ok ? (parsed.value as Partial<Record<ListKey, unknown>> | null)?.[key] : undefined;
  return Array.isArray(list) ? list.map((entry: unknown) => (typeof entry === 'object' && entry !== null ? (entry as Entry) : {})) : [];
}

/** Every write of these files says when it was. */
export function stamp(key: ListKey, at: string): JsonChange {
  return { path: ['last_updated'], value: at, before: key === 'streams' ? ['current_stream', key] : [key] };
}
