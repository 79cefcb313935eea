import type { ValidationState } from '../journal/journalState';
import { isGreen, redCommand } from './validation';

/** A command that failed on a tree and passed on the very same tree. */
export type FlakyCommand = { readonly commit: string; readonly command: string };

/** @param validations In order. */
export function flakyCommands(validations: readonly ValidationState[]): readonly FlakyCommand[] {
  return validations.flatMap(({ commit, commands, confirms }, index) => {
    if (confirms !== true || !commands.every(isGreen)) return [];
    const before = validations.slice(0, index).findLast(other => other.commit === commit);
    const red = redCommand(before?.commands ?? []);
    return red ? [{ commit, command: red.command }] : [];
  });
}

export function flakySentence({ commit, command }: FlakyCommand): string {
  return `\`${command}\` is flaky: on ${commit.slice(0, 10)} it failed, and then it passed on the same tree. Nobody was held back for it.`;
}
