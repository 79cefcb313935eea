/** How many agents may work at once: what the user set, and what the provider takes at the moment. */
export type AdaptiveLimit = {
  /** The user's. */
  readonly setting: number;
  /** From 1 to `setting`. */
  readonly limit: number;
  /** Answers of models since the limit changed last. */
  readonly answers: number;
};

export type LoadEvent =
  /** A provider turned a request down because it has too much to do; `running` agents were at work then. */
  | { readonly kind: 'overload'; readonly running: number }
  /** A model answered to the end. */
  | { readonly kind: 'answer' }
  | { readonly kind: 'setting'; readonly setting: number };

/** Answers without an overload, for each agent that may work, after which one more may. */
export const answersForOneMore = 10;

export const fullLimit = (setting: number): AdaptiveLimit => ({ setting, limit: setting, answers: 0 });

/**
 * Additive increase, multiplicative decrease, as in congestion control: an overload halves what was at work, answers bring it back
 * one by one. While more are at work than the limit allows, for nothing is stopped, an overload says nothing new: one wave of refusals
 * halves once.
 */
export function adaptLimit(state: AdaptiveLimit, event: LoadEvent): AdaptiveLimit {
  const { setting, limit, answers } = state;
  switch (event.kind) {
    case 'overload':
      return event.running > limit
        ? { ...state, answers: 0 }
        : { setting, limit: Math.max(1, Math.floor(Math.min(limit, event.running) / 2)), answers: 0 };
    case 'answer':
      if (limit >= setting) return state;
      return answers + 1 < limit * answersForOneMore ? { ...state, answers: answers + 1 } : { setting, limit: limit + 1, answers: 0 };
    case 'setting':
      return { setting: event.setting, limit: limit >= setting ? event.setting : Math.min(limit, event.setting), answers };
  }
}

/** `2 of 4 at once: the model is overloaded`; undefined while everything that the user allows may run. */
export function limitSentence({ limit, setting }: Pick<AdaptiveLimit, 'limit' | 'setting'>): string | undefined {
  return limit < setting ? `${limit} of ${setting} at once: the model is overloaded` : undefined;
}

/** The same for a log, where a limit that is back where the user set it is news too. */
export const limitWords = (state: Pick<AdaptiveLimit, 'limit' | 'setting'>): string =>
  limitSentence(state) ?? `${state.limit} of ${state.setting} at once again: the model answers`;

/** Words of a request that never reached a provider: fewer agents would not help. */
const unreachable = /unable to connect|econnrefused|econnreset|enotfound|etimedout|fetch failed|socket|network|getaddrinfo/i;

/** Whether opencode's reason for trying a model again says that the provider has too much to do. */
export const saysOverload = (message: string): boolean => !unreachable.test(message);
