import { setMaxListeners } from 'node:events';
import { exitCodes } from './commandLine';
import { processIo } from './processIo';
import { runCommandLine } from './runCommandLine';

setMaxListeners(0); // one Ctrl-C is waited for by each of many agents and git commands: that is no leak
const interrupted = new AbortController();
/** The first one lets everything come to an orderly end; the second does not wait for it. */
const interrupt = () => {
  if (interrupted.signal.aborted) process.exit(exitCodes.interrupted);
  interrupted.abort();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);

void runCommandLine(process.argv.slice(2), {
  ...processIo(process, interrupted.signal, interrupt),
  programFolder: __dirname,
}).then(code => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  process.exitCode = code;
});
