import { createInterface } from 'node:readline/promises';
import { exitCodes, type Io } from './commandLine';
import { runCommandLine } from './runCommandLine';
import { stderrLogger } from './stderrLogger';

function processIo(): Io & { dispose(): void } {
  const interrupted = new AbortController();
  const onSignal = () => {
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted);
    interrupted.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  return {
    cwd: process.cwd(),
    env: process.env,
    isTerminal,
    out: text => process.stdout.write(text),
    err: text => process.stderr.write(text),
    ask: async question => {
      if (!isTerminal) return undefined;
      const terminal = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return await terminal.question(question, { signal: interrupted.signal });
      } finally {
        terminal.close();
      }
    },
    logger: stderrLogger(process.env.WORK_LOG ?? 'warn'),
    signal: interrupted.signal,
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

const io = processIo();
void runCommandLine(process.argv.slice(2), io).then(code => {
  io.dispose();
  process.exitCode = code;
});
