import type { Logger } from '../common/logger';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** Writes to standard error what is at least as grave as `least` (`debug`, `info`, `warn`, `error`). */
export function stderrLogger(least: string): Logger {
  const threshold = Math.max(
    0,
    levels.findIndex(level => level === least),
  );
  const write = (level: (typeof levels)[number], message: string) => {
    if (levels.indexOf(level) >= threshold) process.stderr.write(`${level}: ${message}\n`);
  };
  return {
    debug: message => write('debug', message),
    info: message => write('info', message),
    warn: message => write('warn', message),
    error: (message, error) =>
      write('error', error === undefined ? message : `${message}: ${error instanceof Error ? error.message : JSON.stringify(error)}`),
  };
}
