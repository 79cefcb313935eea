import path from 'node:path';
import { silentLogger } from '../../src/common/logger';
import type { Io } from '../../src/cli/commandLine';
import { projectRoot } from './projectRoot';

export type TerminalIo = Io & {
  /** Everything on both streams, in order. */
  printed(): string;
  readonly questions: readonly string[];
  readonly statuses: readonly string[];
};

/** A terminal with a person at it who gives these answers, and then none. */
export function terminalIo({
  cwd,
  env = {},
  answers = [],
  signal = new AbortController().signal,
}: {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly answers?: readonly string[];
  readonly signal?: AbortSignal;
}): TerminalIo {
  let text = '';
  const print = (more: string) => {
    text += more;
  };
  const questions: string[] = [];
  const statuses: string[] = [];
  return {
    cwd,
    programFolder: path.join(projectRoot(), 'dist'),
    env,
    isTerminal: true,
    out: print,
    err: print,
    status: row => void statuses.push(row),
    ask: question => Promise.resolve(answers[questions.push(question) - 1]),
    logger: silentLogger,
    signal,
    printed: () => text,
    questions,
    statuses,
  };
}
