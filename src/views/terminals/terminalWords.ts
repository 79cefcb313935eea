import type { Outcome } from '../../domain/outcome';

/** The words that a thread's terminal writes, in the user's language. */
export type TerminalWords = {
  readonly task: (id: string, name: string, attempt: number) => string;
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly you: string;
  readonly agent: string;
  readonly thinking: string;
  readonly notStarted: string;
  readonly moreLines: (count: number) => string;
  readonly lines: (count: number) => string;
  readonly retrying: (attempt: number, message: string) => string;
  readonly spent: (steps: number, tokens: string, cost: string) => string;
  readonly notSent: (reason: string) => string;
  readonly stopped: string;
  readonly notRead: (reason: string) => string;
};
