import type { JournalEvent } from '../../src/domain/journal/events';
import type { CrashMoment, CrashPoint } from '../support/crashHarness';
import type { randomFrom } from '../support/random';

type Random = ReturnType<typeof randomFrom>;

export const victims = ['driver', 'server', 'both'] as const;

/** What a batch that nobody kills writes in any order, or not at all, as fast as its agents are. */
const isByChance = ({ kind }: JournalEvent) => kind === 'attempt.judged';

/** Every line of a batch, and before each `effect.done` the gap in which its effect has happened and nobody knows; for each victim. */
export function everyPoint(journal: readonly JournalEvent[]): readonly CrashPoint[] {
  const counts = new Map<string, number>();
  const lines = journal.flatMap(event => {
    if (isByChance(event)) return [];
    const effect = 'effect' in event ? event.effect : undefined;
    const name = `${event.kind} ${effect ?? ''}`;
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    const line = { kind: event.kind, nth, ...(effect === undefined ? {} : { effect }) };
    const after = { ...line, side: 'after' } as const;
    return event.kind === 'effect.done' ? [{ ...line, side: 'before' } as const, after] : [after];
  });
  return victims.flatMap(victim => lines.map(line => ({ ...line, victim })));
}

/** `count` of them, in their own order. */
export function drawn<T>(all: readonly T[], count: number, random: Random): readonly T[] {
  const left = all.map((_, index) => index);
  const chosen = Array.from({ length: Math.min(count, all.length) }, () => left.splice(random(0, left.length - 1), 1)[0]);
  return all.filter((_, index) => chosen.includes(index));
}

/** Moments within the time that a batch takes; each for every victim. */
export function randomMoments(count: number, duration: number, random: Random): readonly CrashMoment[] {
  const moments = Array.from({ length: count }, () => random(0, Math.round(duration)));
  return moments.flatMap(after => victims.map(victim => ({ victim, after })));
}

export function nameOf(point: CrashPoint | CrashMoment): string {
  if ('after' in point) return `${point.victim} after ${point.after} ms`;
  return `${point.victim} ${point.side} ${point.kind ?? 'line'}${point.effect === undefined ? '' : ` ${point.effect}`} no. ${point.nth}`;
}

/** What its row of the table is called. */
export function groupOf(point: CrashPoint | CrashMoment): string {
  if ('after' in point) return 'at random';
  return `${point.side === 'before' ? 'gap before' : 'after'} ${point.kind ?? 'line'}${point.effect === undefined ? '' : ` ${point.effect}`}`;
}
