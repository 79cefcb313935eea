import type { TokenCounts } from '../../domain/journal/events';
import { readTokens, type SessionMessage } from './sessionMessage';

/** Dollars and tokens. */
export type SessionCost = { readonly cost: number; readonly tokens: TokenCounts };

export function costOf(messages: readonly SessionMessage[]): SessionCost {
  return sumCosts(
    messages.flatMap(({ info }) => (info.role === 'assistant' ? [{ cost: info.cost, tokens: readTokens(info.tokens) }] : [])),
  );
}

export function sumCosts(costs: readonly SessionCost[]): SessionCost {
  const sum = (pick: (cost: SessionCost) => number) => costs.reduce((total, cost) => total + pick(cost), 0);
  return {
    cost: sum(({ cost }) => cost),
    tokens: {
      input: sum(({ tokens }) => tokens.input),
      output: sum(({ tokens }) => tokens.output),
      reasoning: sum(({ tokens }) => tokens.reasoning),
      cacheRead: sum(({ tokens }) => tokens.cacheRead),
      cacheWrite: sum(({ tokens }) => tokens.cacheWrite),
    },
  };
}
