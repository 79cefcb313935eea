import type { AttemptState } from '../journal/journalState';
import { worst, type Health } from '../monitor/health';
import { budgetSentence } from '../run/budget';
import { childrenOf } from './nodeChildren';
import type { Ask, PlanNode } from './nodes';

/** A state as rows show it: with the full minutes it has lasted. */
export type ShownHealth = Health & { readonly minutes: number };

export type HealthFacts = {
  /** What this process judged by itself, by attempt; where another one drives, its journal tells. */
  readonly judged: ReadonlyMap<string, Health>;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** What the agent of a running attempt does. What nobody has judged yet is unknown, not working. */
export function taskHealth(attempt: AttemptState, asks: readonly Ask[], { judged, now }: HealthFacts): ShownHealth {
  const health = askedHealth(asks) ?? judged.get(attempt.id) ?? attempt.health ?? unjudged(attempt);
  return { ...health, minutes: Math.max(0, Math.floor((now - Date.parse(health.since)) / 60_000)) };
}

/** Of a row: the worst of the tasks below it that run. */
export function nodeHealth(node: PlanNode): ShownHealth | undefined {
  return worst(healthsBelow(node));
}

function healthsBelow(node: PlanNode): readonly ShownHealth[] {
  if (node.kind === 'task') return node.health ? [node.health] : [];
  return childrenOf(node).flatMap(healthsBelow);
}

function askedHealth(asks: readonly Ask[]): Health | undefined {
  const [first] = asks.toSorted((left, right) => left.askedAt - right.askedAt);
  if (!first) return undefined;
  return { state: 'waiting', since: new Date(first.askedAt).toISOString(), reason: `It waits for an answer: ${askTitle(first)}.` };
}

export function askTitle(ask: Ask): string {
  if (ask.kind === 'budget') return `budget reached. ${budgetSentence(ask)}`;
  return ask.kind === 'permission' ? ask.title : ask.questions.map(({ question }) => question).join(' ');
}

const unjudged = (attempt: AttemptState): Health => ({
  state: 'unknown',
  since: attempt.startedAt,
  reason: 'Nobody has looked at its agent yet.',
});
