import type { Readable, Writable } from 'node:stream';
import { createInterface, type Interface } from 'node:readline';
import { stripControl } from '../common/text';
import type { Io } from './commandLine';
import { LiveLine } from './liveLine';
import { stderrLogger } from './stderrLogger';

type Terminal = { readonly isTTY?: boolean | undefined };

/** What a program has of its own; `process` has all of it. */
export type Program = {
  cwd(): string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & Terminal;
  readonly stdout: Writable & Terminal & { readonly columns?: number | undefined };
  readonly stderr: Writable;
};

/**
 * The command line's world in a real process. Names from a plan come out without control characters; a row that moves is for
 * terminals only. `interrupt` is what Ctrl-C does, and aborts `signal`.
 */
export function processIo(program: Program, signal: AbortSignal, interrupt: () => void): Omit<Io, 'programFolder'> {
  const { stdin, stdout, stderr, env } = program;
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  const line = new LiveLine({ isTerminal, columns: () => stdout.columns ?? 80, write: text => stdout.write(text) });
  let asking: Interface | undefined;
  const print = (write: () => void) => {
    if (asking) stdout.write('\r\u001b[2K');
    line.above(write);
    asking?.prompt(true);
  };
  const err = (text: string) => print(() => stderr.write(stripControl(text)));
  return {
    cwd: program.cwd(),
    env,
    isTerminal,
    out: text => print(() => stdout.write(stripControl(text))),
    err,
    status: text => line.set(stripControl(text)),
    ask: async question => {
      if (!isTerminal) return undefined;
      return line.without(async () => {
        const reader = createInterface({ input: stdin, output: stdout });
        asking = reader;
        try {
          return await answer(reader, stripControl(question), signal, interrupt);
        } catch (error) {
          stdout.write('\n'); // the question's row is not finished
          throw error;
        } finally {
          asking = undefined;
          reader.close();
        }
      });
    },
    logger: stderrLogger(env.WORK_LOG ?? 'warn', err),
    signal,
  };
}

/** One line, without its end; undefined when the input ends first. An interruption is thrown. */
function answer(reader: Interface, question: string, signal: AbortSignal, interrupt: () => void): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    reader.once('line', resolve);
    reader.once('close', () => resolve(undefined));
    reader.on('SIGINT', interrupt); // while a line is typed, Ctrl-C comes to its reader alone
    reader.setPrompt(question);
    reader.prompt();
  });
}
