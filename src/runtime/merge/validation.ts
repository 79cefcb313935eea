import path from 'node:path';
import { commandText, isGreen, type CommandResult, type UserCommand } from '../../domain/merge/validation';
import { runUserCommand } from '../git/userCommand';

export type ValidationRequest = {
  /** What is validated: the commit that is checked out at `cwd`. */
  readonly commit: string;
  readonly cwd: string;
  readonly commands: readonly UserCommand[];
  /** Milliseconds in which the machine is awake, for each command; 0 is no limit. */
  readonly timeLimit: number;
  /** The journal's folder: whole outputs are kept below its `logs`. */
  readonly folder: string;
  /** The how many-th validation of this commit it is, from 1. */
  readonly number: number;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/**
 * Runs the project's own checks on a candidate, one after the other, up to the first that is red. Each result is evidence: how
 * it ended, and where all of its output is. An abort rejects with the signal's reason.
 */
export async function runValidation(request: ValidationRequest): Promise<readonly CommandResult[]> {
  const results: CommandResult[] = [];
  for (const [index, command] of request.commands.entries()) {
    const result = await runCommand(command, index + 1, request);
    results.push(result);
    if (!isGreen(result)) break;
  }
  return results;
}

async function runCommand(
  command: UserCommand,
  position: number,
  { commit, cwd, timeLimit, folder, number, env, signal }: ValidationRequest,
): Promise<CommandResult> {
  const output = path.posix.join('logs', `validation-${commit.slice(0, 12)}-${number}-${position}.log`);
  const started = performance.now();
  const { exitCode, timedOut, tail } = await runUserCommand(command, {
    cwd,
    timeoutMs: timeLimit,
    outputFile: path.join(folder, output),
    env,
    signal,
    endsItsChildren: true,
  });
  return { command: commandText(command), exitCode, timedOut, duration: Math.round(performance.now() - started), output, tail };
}
