import * as z from 'zod';
import type { AttemptState, EffectState, JournalState, ReaderCost } from '../journal/journalState';

/** What a session and its sub-agents used so far: answers of models, dollars. */
export type Spending = { readonly turns: number; readonly cost: number };

/** By session, of those that are watched now or were asked for again; newer than what the journal says. */
export type LiveSpending = ReadonlyMap<string, Spending>;

/** Dollars of a workstream: each session once, with its latest figure, whichever attempts shared it; those of agents that only read too. */
export function workstreamCost(attempts: Iterable<AttemptState>, live: LiveSpending, readers: readonly ReaderCost[] = []): number {
  const costs = new Map<string, number>(readers.map(({ session, cost }) => [session, cost]));
  for (const { session, cost } of attempts) if (session !== undefined && cost !== undefined) costs.set(session, cost);
  for (const [session, { cost }] of live) costs.set(session, Math.max(cost, costs.get(session) ?? 0));
  return [...costs.values()].reduce((sum, cost) => sum + cost, 0);
}

/** Turns that a run's attempts at a task took. In a session that other attempts used before, only those since count. */
export function taskTurns(
  attempts: Iterable<AttemptState>,
  { run, task }: { readonly run: string; readonly task: string },
  live: LiveSpending,
): number {
  const before = new Map<string, number>();
  let sum = 0;
  for (const attempt of attempts) {
    const { session } = attempt;
    if (session === undefined) continue;
    const earlier = before.get(session) ?? 0;
    const now = Math.max(earlier, attempt.turns ?? live.get(session)?.turns ?? 0);
    if (attempt.run === run && attempt.task === task) sum += now - earlier;
    before.set(session, now);
  }
  return sum;
}

type PlacedSession = { readonly session: string; readonly worktree: string | undefined };

/** Sessions of which the journal has no figures: their attempts, reviews or populations were cut off, or go on. */
export function unknownSessions({ attempts, effects, readerCosts }: Spent): readonly PlacedSession[] {
  const known = new Set(readerCosts.map(({ session }) => session));
  return [...unknownOf(attempts.values()), ...[...effects.values()].flatMap(readerSession).filter(({ session }) => !known.has(session))];
}

type Spent = Pick<JournalState, 'attempts' | 'effects' | 'readerCosts'>;

const opened = z.looseObject({ session: z.string() });
const openedIn = z.looseObject({ directory: z.string() });

function readerSession({ key, evidence, intent }: EffectState): readonly PlacedSession[] {
  if (!/^(?:\d+\/review\/[^/]+|population\/[^/]+\/[^/]+)\/session$/.test(key)) return [];
  const { session } = opened.safeParse(evidence).data ?? {};
  return session === undefined ? [] : [{ session, worktree: openedIn.safeParse(intent).data?.directory }];
}

function unknownOf(attempts: Iterable<AttemptState>): readonly PlacedSession[] {
  const found = new Map<string, PlacedSession & { readonly isKnown: boolean }>();
  for (const { session, worktree, turns } of attempts) {
    if (session !== undefined) found.set(session, { session, worktree, isKnown: turns !== undefined });
  }
  return [...found.values()].filter(({ isKnown }) => !isKnown);
}
