import type { AssistantMessage } from '@opencode-ai/sdk/v2/client';
import type { TokenCounts } from '../../domain/journal/events';
import { readTokens, type SessionMessage } from './sessionMessage';

/** Dollars, tokens, and answers of the model that came to an end. */
export type SessionCost = { readonly cost: number; readonly tokens: TokenCounts; readonly turns: number };

export function costOf(messages: readonly SessionMessage[]): SessionCost {
  return sumCosts(
    messages.flatMap(({ info }) =>
      info.role === 'assistant' ? [{ cost: info.cost, tokens: readTokens(info.tokens), turns: hasEnded(info) ? 1 : 0 }] : [],
    ),
  );
}

/** Whether the model's answer came to its end; the calls in it may still run. */
export const hasEnded = ({ finish, time, error }: AssistantMessage): boolean =>
  finish !== undefined || time.completed !== undefined || error !== undefined;

export function sumCosts(costs: readonly SessionCost[]): SessionCost {
  const sum = (pick: (cost: SessionCost) => number) => costs.reduce((total, cost) => total + pick(cost), 0);
  return {
    cost: sum(({ cost }) => cost),
    turns: sum(({ turns }) => turns),
    tokens: {
      input: sum(({ tokens }) => tokens.input),
      output: sum(({ tokens }) => tokens.output),
      reasoning: sum(({ tokens }) => tokens.reasoning),
      cacheRead: sum(({ tokens }) => tokens.cacheRead),
      cacheWrite: sum(({ tokens }) => tokens.cacheWrite),
    },
  };
}
