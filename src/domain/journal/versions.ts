import type { JournalEvent } from './events';

/** A line as it was parsed, before it is known to be an event. */
export type RawLine = Readonly<Record<string, unknown>>;
/** For each kind: how a line of version 1, 2, … becomes one of the next version. A kind that is not listed is at version 1. */
export type Changes = Readonly<Record<string, readonly ((line: RawLine) => RawLine)[]>>;

/**
 * What became of the kinds since their first version. Events are on people's disks for ever, so a shape is changed like this:
 *
 * 1. A kind never gets another meaning; what means something else is a new kind (older programs keep such lines and pass over
 *    them). A kind that is written no more stays in the schema.
 * 2. Any change of a kind's properties, an optional one that is added too, adds an entry here, which raises the kind's version
 *    by one; the schema describes the newest version only.
 * 3. An entry turns the line of the version before into the new one without knowledge of other lines. What an old line did not
 *    say is left out or said to be unknown, never guessed.
 * 4. The journals in `test/fixtures/journals` stay as they are and must still add up to what is recorded beside them.
 */
const changes: Changes = {
  // 2: may name the threads or tasks that were asked for; version 1 always meant all of them
  // 3: may say which agent shall go on; of older ones that is not known
  // 4: may say that what its threads do is not merged; of older ones that is not known
  'run.started': [line => line, line => line, line => line],
  // 2: may say that it was the question for a missing report; of version 1 that is not known
  'attempt.messaged': [line => line],
  // 2: may say how many turns its session took
  'attempt.finished': [line => line],
  // 2: may say which session it was, and what that cost
  'stage.reviewed': [line => line],
  // 2: may say that it was for the project's checks
  'delivery.refused': [line => line],
} satisfies Partial<Record<JournalEvent['kind'], Changes[string]>>;

/** The version in which this program writes a kind. */
export function versionOf(kind: string, of: Changes = changes): number {
  return (of[kind]?.length ?? 0) + 1;
}

/** The line in its kind's newest version; undefined when a newer program wrote it, or the version is none. */
export function upgraded(line: RawLine, kind: string, of: Changes = changes): RawLine | undefined {
  const { v } = line;
  const newest = versionOf(kind, of);
  if (typeof v !== 'number' || !Number.isInteger(v) || v < 1 || v > newest) return undefined;
  return { ...(of[kind] ?? []).slice(v - 1).reduce((older, upgrade) => upgrade(older), line), v: newest };
}
