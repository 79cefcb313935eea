import type { TranscriptEntry } from '../../runtime/transcript/transcriptEntry';

type Streamed = Extract<TranscriptEntry, { type: 'text' | 'reasoning' }>;
const isStreamed = (entry: TranscriptEntry): entry is Streamed => entry.type === 'text' || entry.type === 'reasoning';

/** The renderer itself knows a message or a call that it has written. */
const isOnce = ({ type }: TranscriptEntry) => type !== 'status' && type !== 'resynced';

/**
 * What was announced while the history was being read, without what the history already has: of streamed text the part that
 * it ends with, of anything else the same entry.
 */
export function withoutOverlap(history: readonly TranscriptEntry[], live: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const known = new Map<string, string>();
  for (const entry of history) if (isStreamed(entry)) known.set(entry.partId, (known.get(entry.partId) ?? '') + entry.delta);
  const streamed = new Map<string, string>();
  for (const entry of live) if (isStreamed(entry)) streamed.set(entry.partId, (streamed.get(entry.partId) ?? '') + entry.delta);
  const toSkip = new Map([...streamed].map(([part, text]) => [part, overlap(known.get(part) ?? '', text)]));
  const told = new Set(history.filter(isOnce).map(entry => JSON.stringify(entry)));
  return live.flatMap((entry): readonly TranscriptEntry[] => {
    if (!isStreamed(entry)) return isOnce(entry) && told.has(JSON.stringify(entry)) ? [] : [entry];
    const skipped = Math.min(toSkip.get(entry.partId) ?? 0, entry.delta.length);
    toSkip.set(entry.partId, (toSkip.get(entry.partId) ?? 0) - skipped);
    return skipped === entry.delta.length ? [] : [{ ...entry, delta: entry.delta.slice(skipped) }];
  });
}

/** The length of the longest beginning of `next` that `text` ends with. */
function overlap(text: string, next: string): number {
  for (let length = Math.min(text.length, next.length); length > 0; length--) {
    if (text.endsWith(next.slice(0, length))) return length;
  }
  return 0;
}
