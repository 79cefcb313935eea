import { parseArgs } from 'node:util';
import { exitCodes, UsageError, type CliCommand, type Io } from './commandLine';
import { commands } from './commands';
import { isAbortError } from '../common/abort';

/** Runs one command line and gives its exit code: 0 done, 1 failed or blocked, 2 wrong usage, 130 interrupted. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    io.out(overview());
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (name === 'help') return runCommandLine([rest[0] ?? '--help', '--help'], io);
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
    io.out(help(command));
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
    throw new UsageError(parseProblem(error));
  }
}

/** Node explains at length how a word that begins with a dash could be passed; its first sentence is enough. */
function parseProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^(?:Unknown option|Unexpected argument) '[^']*'/.exec(message)?.[0] ?? message;
}

function help({ usage, summary, options }: CliCommand): string {
  const shared = sharedOptions.filter(([name]) => name in options).map(([, line]) => `  ${line}\n`);
  return `Usage: work ${usage}\n\n${summary}.\n${shared.length === 0 ? '' : `\n${shared.join('')}`}`;
}

const sharedOptions = [
  ['stream', '--stream, -s <id|name>  this workstream instead of the current one'],
  ['repo-root', '--repo-root <folder>    this repository instead of the one around the current folder'],
  ['port', '--port, -p <n>          where a new opencode server listens, or where the one of --no-server does'],
  ['no-server', '--no-server             use a running opencode server (WORK_SERVER_URL, or --port) and start none'],
  ['dry-run', '--dry-run               print what would happen, and the same by hand; nothing is written or started'],
  ['run-anyway', '--run-anyway            although the stage before is not approved'],
  ['take-over', '--take-over             although another program drives this repository; that one does nothing more'],
  ['turns-per-task', '--turns-per-task <n>    so many turns of an agent for a task, then it stops and you are asked; 0 for no limit'],
  ['cost-limit', '--cost-limit <dollars>  so much may the workstream cost, then it stops and you are asked; 0 for no limit'],
  ['json', '--json                  for other programs'],
] as const;

function report(error: unknown, command: CliCommand, io: Io): number {
  if (error instanceof UsageError) {
    io.err(`work ${command.name}: ${error.message}\nUsage: work ${command.usage}\n`);
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
