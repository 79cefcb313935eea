import { commandEnd, commandText, isGreen, redCommand, type UserCommand } from '../../domain/merge/validation';
import { flakyCommands, flakySentence } from '../../domain/merge/flaky';
import type { ValidationState } from '../../domain/journal/journalState';
import type { MergeCandidate, ValidateCandidate } from '../merge/mergeRequest';
import { runValidation } from '../merge/validation';
import type { RunContext } from './runContext';

export type ValidationContext = Pick<
  RunContext,
  'validation' | 'journal' | 'journalFolder' | 'observer' | 'endProcesses' | 'streamId' | 'root'
>;

/** Whose processes those of a validation are, where an attempt's id stands for those of its agent. */
const owner = 'validation';

/**
 * The project's own checks for a candidate: undefined when it may land, else why it may not. A commit that the same commands found
 * green is not checked again, nor is one that they found red since its merge was intended (twice, where that is to be confirmed):
 * so a driver that was cut off repeats nothing.
 */
export function validationOf(
  context: ValidationContext,
  threadsOf = ({ requests }: MergeCandidate): readonly string[] => requests.map(({ thread }) => thread),
): ValidateCandidate<string> | undefined {
  const { commands } = context.validation;
  if (commands.length === 0) return undefined;
  return (candidate, signal) => validate(context, candidate, threadsOf(candidate), signal);
}

async function validate(
  context: ValidationContext,
  { commit, worktree, requests, isConfirmation }: MergeCandidate,
  threads: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { journal, validation, journalFolder, observer } = context;
  const all = journal.state.validations;
  const isSame = (known: ValidationState) => known.commit === commit && isBy(known, validation.commands);
  if (all.some(known => isSame(known) && known.commands.every(isGreen))) return undefined;
  const [first, ...others] = requests.map(({ validationsBefore = Infinity }) => validationsBefore);
  const intended = first === undefined ? Infinity : Math.max(first, ...others);
  const reds = all.slice(intended).flatMap(known => (isSame(known) ? (redCommand(known.commands) ?? []) : []));
  const known = reds[isConfirmation ? 1 : 0];
  if (known) return commandEnd(known);
  await context.endProcesses(owner); // those of a driver that was cut off in the middle of one
  const commands = await runValidation({
    ...validation,
    commit,
    cwd: worktree,
    folder: journalFolder,
    number: all.filter(each => each.commit === commit).length + 1,
    env: { WORK_ATTEMPT: owner, WORK_STREAM: context.streamId, WORK_ROOT: context.root },
    signal,
  }).finally(() => context.endProcesses(owner)); // what left the group of its command
  journal.append({
    kind: 'merge.validated',
    commit,
    threads: [...threads],
    commands: [...commands],
    ...(isConfirmation ? { confirms: true as const } : {}),
  });
  const flaky = flakyCommands(journal.state.validations).findLast(found => found.commit === commit);
  if (isConfirmation && flaky) observer.notice(flakySentence(flaky));
  const red = redCommand(commands);
  return red && commandEnd(red);
}

/** All that were wanted, or as many of them as there were up to the first red one. */
function isBy({ commands }: ValidationState, wanted: readonly UserCommand[]): boolean {
  const texts = wanted.map(commandText);
  const isWhole = commands.length === texts.length || commands.some(command => !isGreen(command));
  return isWhole && commands.every(({ command }, index) => command === texts[index]);
}
