import type { Outcome } from '../../domain/outcome';

/** The words that a thread's terminal writes, in the user's language. */
export type TerminalWords = {
  task(id: string, name: string, attempt: number): string;
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly you: string;
  readonly agent: string;
  readonly thinking: string;
  readonly notStarted: string;
  readonly waiting: string;
  moreLines(count: number): string;
  lines(count: number): string;
  retrying(attempt: number, message: string): string;
  spent(steps: number, tokens: string, cost: string): string;
  notSent(reason: string): string;
  readonly aborted: string;
};
