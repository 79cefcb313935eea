import type * as z from 'zod';
import { isAbortError } from '../../common/abort';
import type { EffectKind, JournalEvent, JsonValue, NewJournalEvent } from '../../domain/journal/events';
import type { JournalState } from '../../domain/journal/journalState';

/** What effects need of a journal. */
export type EffectJournal = {
  readonly state: JournalState;
  append(event: NewJournalEvent): JournalEvent;
};

export type EffectOptions<E, I> = {
  /** What the evidence must look like when it comes back from the journal. */
  readonly schema?: z.ZodType<E>;
  /**
   * Looks at the world for the effect of an intent that has no known end: the evidence when it happened, undefined when it
   * did not and the act may be done.
   */
  readonly settle?: (intent: I) => Promise<E | undefined>;
};

export class EffectError extends Error {
  override readonly name = 'EffectError';

  constructor(
    readonly reason: 'unusable-evidence' | 'key-taken',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Everything a run does to the world goes through here: intended → act → done, each on the disk before the next begins. */
export class Effects {
  private readonly running = new Map<string, Promise<JsonValue>>();

  constructor(
    private readonly journal: EffectJournal,
    /** Throws when this process is not the driver any more: what is not begun yet must not be. */
    private readonly guard: () => void = () => undefined,
  ) {}

  /**
   * Does something at most once. `key` names it for ever and for one kind (`<attempt>/session`).
   *
   * Done before: gives the journalled evidence, without acting. Begun before and cut off: `settle` decides; if it did not
   * happen, `act` is given the intent as it was journalled, so that ids minted then are used again. Failed before: the same,
   * after the old intent was journalled once more. Callers that overlap share one act.
   *
   * A failure is journalled and thrown on; an abort is journalled as the reason `aborted`. The evidence that comes back is
   * what the journal holds: JSON, without undefined properties.
   *
   * @throws {EffectError} When the key belongs to another kind, or the journalled evidence is not what `schema` asks for; and what
   * the guard throws, before anything is done.
   */
  run<E extends JsonValue, I extends JsonValue>(
    kind: EffectKind,
    key: string,
    intent: I,
    act: (intent: I) => Promise<E>,
    options: EffectOptions<E, I> = {},
  ): Promise<E> {
    const shared = this.running.get(key);
    if (shared) return shared.then(evidence => usable(key, evidence, options.schema));
    const running = this.settleOrAct(kind, key, intent, act, options.settle).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running.then(evidence => usable(key, evidence, options.schema));
  }

  private async settleOrAct<E extends JsonValue, I extends JsonValue>(
    kind: EffectKind,
    key: string,
    intent: I,
    act: (intent: I) => Promise<E>,
    settle: EffectOptions<E, I>['settle'],
  ): Promise<JsonValue> {
    const before = this.journal.state.effects.get(key);
    if (before && before.kind !== kind) throw new EffectError('key-taken', `${key} is the key of a ${before.kind}, not of a ${kind}`);
    if (before?.state === 'done') return before.evidence ?? null;
    const begun = before?.intent as I; // written by this same code under the same key
    this.guard();
    if (before && settle) {
      const evidence = await settle(begun);
      if (evidence !== undefined) return this.done(kind, key, evidence);
    }
    if (before?.state === 'intended') return this.act(kind, key, () => act(begun));
    const next = before ? begun : intent;
    this.journal.append({ kind: 'effect.intended', effect: kind, key, intent: next });
    return this.act(kind, key, () => act(next));
  }

  private async act(kind: EffectKind, key: string, act: () => Promise<JsonValue>): Promise<JsonValue> {
    let evidence: JsonValue;
    this.guard();
    try {
      evidence = await act();
    } catch (error) {
      this.journal.append({ kind: 'effect.failed', effect: kind, key, reason: reasonOf(error) });
      throw error;
    }
    return this.done(kind, key, evidence);
  }

  private done(kind: EffectKind, key: string, evidence: JsonValue): JsonValue {
    const written = this.journal.append({ kind: 'effect.done', effect: kind, key, evidence });
    return written.kind === 'effect.done' ? written.evidence : evidence;
  }
}

function usable<E extends JsonValue>(key: string, evidence: JsonValue, schema: z.ZodType<E> | undefined): E {
  if (!schema) return evidence as E;
  const parsed = schema.safeParse(evidence);
  if (parsed.success) return parsed.data;
  throw new EffectError(
    'unusable-evidence',
    `The journal’s evidence of ${key} is not what this version expects: ${JSON.stringify(evidence)}`,
    parsed.error,
  );
}

function reasonOf(error: unknown): string {
  if (isAbortError(error)) return 'aborted';
  return error instanceof Error ? error.message : String(error);
}
