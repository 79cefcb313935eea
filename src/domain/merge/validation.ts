import * as z from 'zod';
import { formatDuration } from '../../common/duration';
import { oneLine, truncate } from '../../common/text';

/** A command of the user's: a text is a line for their own shell, a list is a program and its arguments. */
export type UserCommand = string | readonly string[];

/** One command of a validation, as it ended. */
export const commandResultSchema = z.strictObject({
  /** As a person would type it; never run from here. */
  command: z.string(),
  /** Null when it was stopped or could not be started. */
  exitCode: z.int().nullable(),
  timedOut: z.boolean(),
  /** Milliseconds. */
  duration: z.number().nonnegative(),
  /** The file that holds all of its output, relative to the journal's folder. */
  output: z.string(),
  /** The end of its output as readable text, or why it could not be started. */
  tail: z.string(),
});

export type CommandResult = z.infer<typeof commandResultSchema>;

export const isGreen = ({ exitCode, timedOut }: Pick<CommandResult, 'exitCode' | 'timedOut'>) => exitCode === 0 && !timedOut;

/** The command that made a validation red: it is the last one that ran. */
export function redCommand(commands: readonly CommandResult[]): CommandResult | undefined {
  return commands.find(command => !isGreen(command));
}

/** A command in one line: arguments that hold more than plain characters stand in quotes. */
export function commandText(command: UserCommand): string {
  const quoted = (argument: string) => (/^[\w@%+=:,./\\-]+$/.test(argument) ? argument : JSON.stringify(argument));
  return truncate(oneLine(typeof command === 'string' ? command : command.map(quoted).join(' ')), 200);
}

/** Its program is not on this machine: nothing that an agent writes into the repository brings it there, unlike a script of the repository. */
export function isNotInstalled({ command, exitCode, timedOut }: Pick<CommandResult, 'command' | 'exitCode' | 'timedOut'>): boolean {
  const [program = ''] = command.split(' ');
  return exitCode === null && !timedOut && !/[\\/]/.test(program);
}

/** How a command ended, as a sentence without its output. */
export function commandEnd(result: CommandResult): string {
  const { command, exitCode, timedOut, duration } = result;
  if (timedOut) return `\`${command}\` did not end within ${formatDuration(duration)} and was stopped`;
  if (isNotInstalled(result)) return `\`${command}\` could not be run: install its program, or correct the command`;
  if (exitCode === null) return `\`${command}\` could not be run`;
  return `\`${command}\` ended with exit code ${exitCode}`;
}
