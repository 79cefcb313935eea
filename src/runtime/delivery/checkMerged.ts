import path from 'node:path';
import { oneLine, stripControl } from '../../common/text';
import { redCommand } from '../../domain/merge/validation';
import type { DeliveryContext, MoveIntent } from './carryOut';
import { DeliveryRefusal } from './deliveryRefusal';

export type DeliverOptions = {
  /** A person wants it although the project's checks do not pass, or without asking them. */
  readonly unchecked?: boolean;
  /** Called around the checks, which may take minutes: shows them, and may stop them. */
  readonly whileChecking?: <T>(branch: string, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Nothing is checked any longer. */
  readonly signal?: AbortSignal;
};

const shownLines = 3;
const shownLength = 300;

/**
 * Runs the project's checks on a commit that is to be delivered and that nobody has checked, in a worktree of ours: the user's is not
 * touched. Nothing without checks.
 * @throws {DeliveryRefusal} when they do not pass, with the end of the output and where all of it is; the signal's reason
 */
export async function refuseRed(
  { queue, validate, journal, journalFolder }: DeliveryContext,
  { branch, before, after: commit }: MoveIntent,
  { unchecked = false, whileChecking = (_, work) => work(new AbortController().signal), signal: lost }: DeliverOptions,
): Promise<void> {
  if (!validate || unchecked) return;
  const end = await whileChecking(branch, async stop => {
    const signal = lost ? AbortSignal.any([stop, lost]) : stop;
    const worktree = await queue.checkOut(commit, signal);
    return validate({ commit, before, worktree, requests: [], isConfirmation: false }, signal);
  });
  if (end === undefined) return;
  const red = redCommand(journal.state.validations.findLast(known => known.commit === commit)?.commands ?? []);
  const file = red && path.join(journalFolder, red.output);
  const words = red ? ` It ended with: ${endOf(red.tail)} (all of it: ${file}).` : '';
  throw new DeliveryRefusal(
    `Merged with what was committed to ${branch} meanwhile, it does not pass: ${end}. Nothing was delivered.${words} Put that right and deliver again, or deliver it anyway.`,
    [],
    { isRed: true, output: file === undefined ? undefined : { words, file } },
  );
}

function endOf(tail: string): string {
  const lines = stripControl(tail)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const text = oneLine(lines.slice(-shownLines).join(' / '));
  return text === '' ? 'nothing' : text.slice(-shownLength);
}
