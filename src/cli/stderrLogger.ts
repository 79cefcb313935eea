import type { Logger } from '../common/logger';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** Hands on what is at least as grave as `least` (`debug`, `info`, `warn`, `error`), one line each. */
export function stderrLogger(least: string, print: (line: string) => void): Logger {
  const threshold = Math.max(
    0,
    levels.findIndex(level => level === least),
  );
  const write = (level: (typeof levels)[number], message: string) => {
    if (levels.indexOf(level) >= threshold) print(`${level}: ${message}\n`);
  };
  return {
    debug: message => write('debug', message),
    info: message => write('info', message),
    warn: message => write('warn', message),
    error: (message, error) =>
      write('error', error === undefined ? message : `${message}: ${error instanceof Error ? error.message : JSON.stringify(error)}`),
  };
}
