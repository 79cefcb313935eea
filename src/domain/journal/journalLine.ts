import * as z from 'zod';
import { journalEventSchema, type JournalEvent } from './events';
import { upgraded } from './versions';

export type ParsedLine =
  | { readonly kind: 'event'; readonly event: JournalEvent }
  /** JSON of ours, of a kind, version or property that this program does not know; `seq` is its place, which stays taken. */
  | { readonly kind: 'unknown'; readonly seq: number; readonly event: string }
  | { readonly kind: 'unreadable' };

const placed = z.looseObject({ seq: z.int().positive(), kind: z.string() });

/** Reads one line of a journal, without its newline, whatever version it was written in. Never throws. */
export function parseJournalLine(text: string): ParsedLine {
  const place = placed.safeParse(parseJson(text));
  if (!place.success) return { kind: 'unreadable' };
  const { seq, kind } = place.data;
  const event = journalEventSchema.safeParse(upgraded(place.data, kind));
  return event.success ? { kind: 'event', event: event.data } : { kind: 'unknown', seq, event: kind };
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
