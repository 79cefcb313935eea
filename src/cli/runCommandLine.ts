import { parseArgs } from 'node:util';
import { exitCodes, UsageError, type CliCommand, type Io } from './commandLine';
import { commands } from './commands';
import { isAbortError } from '../common/abort';

/** Runs one command line and gives its exit code: 0 done, 1 failed or blocked, 2 wrong usage, 130 interrupted. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(overview());
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  const command = commands.find(candidate => candidate.name === name);
  if (!command) {
    io.err(`work: unknown command "${name}". See work --help\n`);
    return exitCodes.usage;
  }
  try {
    return await runCommand(command, rest, io);
  } catch (error) {
    return report(error, command, io);
  }
}

async function runCommand(command: CliCommand, args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(command, args);
  if (values.help === true) {
    io.out(`Usage: work ${command.usage}\n\n${command.summary}\n`);
    return exitCodes.done;
  }
  return command.run(values, positionals, io);
}

function parse(command: CliCommand, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: command.positionals ?? false,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function report(error: unknown, command: CliCommand, io: Io): number {
  if (error instanceof UsageError) {
    io.err(`work ${command.name}: ${error.message}\nUsage: work ${command.usage.split('\n')[0] ?? ''}\n`);
    return exitCodes.usage;
  }
  if (io.signal.aborted || isAbortError(error)) return exitCodes.interrupted;
  io.err(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  io.logger.debug(error instanceof Error ? (error.stack ?? '') : '');
  return exitCodes.failed;
}

function overview(): string {
  const width = Math.max(...commands.map(command => command.name.length));
  const lines = commands.map(command => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Usage: work <command> [options]\n\n${lines.join('\n')}\n\nwork <command> --help tells more.\n`;
}
