import * as z from 'zod';
import { journalEventSchema, type JournalEvent } from './events';

export type ParsedLine =
  | { readonly kind: 'event'; readonly event: JournalEvent }
  /** JSON of ours, of a kind or version that this program does not know; `seq` is its place, which stays taken. */
  | { readonly kind: 'unknown'; readonly seq: number }
  | { readonly kind: 'unreadable' };

const placed = z.object({ seq: z.int().positive(), kind: z.string() });

/** Reads one line of a journal, without its newline. Never throws. */
export function parseJournalLine(text: string): ParsedLine {
  const json = parseJson(text);
  const event = journalEventSchema.safeParse(json);
  if (event.success) return { kind: 'event', event: event.data };
  const place = placed.safeParse(json);
  return place.success ? { kind: 'unknown', seq: place.data.seq } : { kind: 'unreadable' };
}

/** The event as its line, newline included. */
export function formatJournalLine(event: JournalEvent): string {
  return `${JSON.stringify(event)}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
