import { commandEnd, commandText, isGreen, redCommand, type UserCommand } from '../../domain/merge/validation';
import type { ValidationState } from '../../domain/journal/journalState';
import type { MergeCandidate, ValidateCandidate } from '../merge/mergeQueue';
import { runValidation } from '../merge/validation';
import type { RunContext } from './runContext';

/** Whose processes those of a validation are, where an attempt's id stands for those of its agent. */
const owner = 'validation';

/**
 * The project's own checks for a candidate that adds the work of `threads`: undefined when it may land, else why it may not.
 * A commit that was found green by the same commands is not checked again, so that a driver that was cut off repeats nothing.
 */
export function validationOf(context: RunContext, threads: readonly string[]): ValidateCandidate<string> | undefined {
  const { commands } = context.validation;
  return commands.length === 0 ? undefined : (candidate, signal) => validate(context, threads, candidate, signal);
}

async function validate(
  context: RunContext,
  threads: readonly string[],
  { commit, worktree }: MergeCandidate,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { journal, validation, journalFolder } = context;
  const before = journal.state.validations.filter(known => known.commit === commit);
  if (before.some(known => isGreenBy(known, validation.commands))) return undefined;
  await context.endProcesses(owner); // those of a driver that was cut off in the middle of one
  const commands = await runValidation({
    ...validation,
    commit,
    cwd: worktree,
    folder: journalFolder,
    number: before.length + 1,
    env: { WORK_ATTEMPT: owner, WORK_STREAM: context.streamId, WORK_ROOT: context.root },
    signal,
  }).finally(() => context.endProcesses(owner)); // what left the group of its command
  journal.append({ kind: 'merge.validated', commit, threads: [...threads], commands: [...commands] });
  const red = redCommand(commands);
  return red && commandEnd(red);
}

function isGreenBy({ commands }: ValidationState, wanted: readonly UserCommand[]): boolean {
  return commands.every(isGreen) && commands.map(({ command }) => command).join('\n') === wanted.map(commandText).join('\n');
}
