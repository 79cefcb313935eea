import type { ParseArgsConfig } from 'node:util';
import type { Logger } from '../common/logger';

/** The world of one invocation, so that tests and the real program differ in nothing else. */
export type Io = {
  readonly cwd: string;
  /** Where the bundled program lies, with the plugin beside it. */
  readonly programFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A person reads the output and can be asked. */
  readonly isTerminal: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Keeps one more row below all output, on a terminal; empty takes it away. */
  status(text: string): void;
  /** Asks one line on the terminal; undefined where nobody can answer. Rejects when the program is interrupted. */
  ask(question: string): Promise<string | undefined>;
  readonly logger: Logger;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
};

export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

type OptionSpecs = NonNullable<ParseArgsConfig['options']>;
export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export type CliCommand = {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints after `Usage: work `; the options that most commands share are added to it. */
  readonly usage: string;
  readonly options: OptionSpecs;
  readonly positionals?: boolean;
  run(values: OptionValues, positionals: readonly string[], io: Io): Promise<number>;
};

/** Wrong words on the command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function stringOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function flag(values: OptionValues, name: string): boolean {
  return values[name] === true;
}

export function requireOption(values: OptionValues, name: string, example: string): string {
  const value = stringOption(values, name);
  if (value === undefined || value.trim() === '') throw new UsageError(`--${name} is required, e.g. --${name} ${example}`);
  return value;
}

/** A whole number option; undefined when absent. */
export function numberOption(
  values: OptionValues,
  name: string,
  range?: { readonly from: number; readonly to: number },
): number | undefined {
  const value = stringOption(values, name);
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw new UsageError(`--${name} needs a number, got "${value}"`);
  const number = Number(value);
  if (range && (number < range.from || number > range.to)) {
    throw new UsageError(`--${name} must be between ${range.from} and ${range.to}, got ${value}`);
  }
  return number;
}

/** JSON for other programs: every character that could move a terminal's cursor or reorder its text is written as an escape. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replace(/[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

export const streamOption = { stream: { type: 'string', short: 's' }, 'repo-root': { type: 'string' } } as const satisfies OptionSpecs;
