import type { JournalEvent } from '../../src/domain/journal/events';
import type { CrashMoment, CrashPoint } from '../support/crashHarness';
import type { Random } from '../support/random';

export const victims = ['driver', 'server', 'both'] as const;
export type Victim = (typeof victims)[number];

/** One thing to try; its name is the same in every run of the proof with the same seed, so that a later run can go on. */
export type Trial = { readonly name: string; readonly group: string; readonly victim: Victim; readonly at: CrashPoint | CrashMoment };

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

export const pointTrials = (journal: readonly JournalEvent[]): readonly Trial[] =>
  everyPoint(journal).map(at => ({ name: nameOf(at), group: groupOf(at), victim: at.victim, at }));

/** `count` moments within the time that a batch takes (milliseconds); each for every victim. */
export function momentTrials(count: number, duration: number, random: Random): readonly Trial[] {
  const parts = Array.from({ length: count }, () => random(0, 1000) / 1000);
  return victims.flatMap(victim =>
    parts.map((part, index) => {
      const after = Math.round(part * duration);
      return { name: `${victim} at random no. ${index + 1}`, group: 'at random', victim, at: { victim, after } };
    }),
  );
}

/** `count` of them, in their own order. */
export function drawn<T>(all: readonly T[], count: number, random: Random): readonly T[] {
  const left = all.map((_, index) => index);
  const chosen = Array.from({ length: Math.min(count, all.length) }, () => left.splice(random(0, left.length - 1), 1)[0]);
  return all.filter((_, index) => chosen.includes(index));
}

/** The `i`-th of `n` parts (from 1), taken evenly over all of them. @throws {Error} for a part that is none */
export function partOf<T>(all: readonly T[], part: string): readonly T[] {
  const [, wanted = '', of = ''] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
  const [index, count] = [Number(wanted) - 1, Number(of)];
  if (!(index >= 0 && index < count)) throw new Error(`--part wants two numbers, as in 1/3, not ${JSON.stringify(part)}`);
  return all.filter((_, at) => at % count === index);
}

function nameOf({ victim, side, kind, effect, nth }: CrashPoint): string {
  return `${victim} ${side} ${kind ?? 'line'}${effect === undefined ? '' : ` ${effect}`} no. ${nth}`;
}

/** What its row of the table is called. */
function groupOf({ side, kind, effect }: CrashPoint): string {
  return `${side === 'before' ? 'gap before' : 'after'} ${kind ?? 'line'}${effect === undefined ? '' : ` ${effect}`}`;
}
