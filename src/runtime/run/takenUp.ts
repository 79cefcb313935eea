import { formatModelRef, parseModelRef, type ModelRef } from '../../domain/agents';
import type { AttemptState } from '../../domain/journal/journalState';
import type { TakenUp } from '../../domain/run/takeUp';
import type { AttemptResult } from './attemptRequest';

type Models = readonly (ModelRef | null)[];

/** The models to try, in order; null is the server's default. */
export function modelsFor(chosen: Models, taken: TakenUp): Models {
  if (taken.kind !== 'open' && taken.kind !== 'followed') return modelsFrom(chosen, undefined);
  const models = modelsFrom(chosen, taken.last);
  return taken.kind === 'followed' && taken.next === 'nextModel' && models.length > 1 ? models.slice(1) : models;
}

/** An agent's models from the one on that an attempt was using. */
export function modelsFrom(chosen: Models, attempt: AttemptState | undefined): Models {
  const models = chosen.length > 0 ? chosen : [null];
  if (!attempt) return models;
  const at = models.findIndex(model => (model && formatModelRef(model)) === attempt.model);
  return at >= 0 ? models.slice(at) : [attempt.model === null ? null : (parseModelRef(attempt.model) ?? null), ...models];
}

/** The commit that the next attempt begins at: where the earlier ones of this run did; one that lost its place goes on from its branch. */
export function baseFor(base: string, taken: TakenUp): string {
  if (taken.kind !== 'open' && taken.kind !== 'followed') return base;
  const { last } = taken;
  return last.outcome === 'interrupted' ? (last.commit ?? last.base) : last.base;
}

/** What an attempt came to that ended under an earlier driver. */
export function resultOf({ outcome, reason, commit, decided }: AttemptState): AttemptResult {
  const { cause, next = 'leave' } = decided ?? {};
  return { outcome: outcome ?? 'interrupted', reason, commit, cause, early: next === 'nextModel', next, shared: undefined };
}
