import { gitCommands, type GitCommand } from './gitCommands';

/** What is refused, as a sentence for the model. `checkouts` are words of which git knows whether they are branches or files. */
export type CommandVerdict = { readonly refusal: string | undefined; readonly checkouts: readonly string[] };

/**
 * What an agent's shell line may not do: push, leave its branch, touch worktrees, delete branches by force. Everything else is
 * its own affair. It keeps agents from mistakes; it does not hold one that means to get around it.
 */
export function guardCommand(line: string): CommandVerdict {
  const commands = gitCommands(line);
  for (const command of commands) {
    const refusal = refuse(command);
    if (refusal !== undefined) return { refusal, checkouts: [] };
  }
  return { refusal: undefined, checkouts: commands.flatMap(singleCheckout) };
}

export const refusedCheckout = (word: string) =>
  `\`git checkout ${word}\` is refused here: stay on your branch. To restore a file, write \`git checkout -- <file>\`.`;

function refuse({ subcommand, words }: GitCommand): string | undefined {
  switch (subcommand) {
    case 'push':
      return '`git push` is refused here: nothing leaves this machine. Commit on your branch; it is merged for you.';
    case 'worktree':
      return '`git worktree` is refused here: worktrees are made and removed for you.';
    case 'switch':
      return '`git switch` is refused here: stay on your branch. Commit on it; it is merged for you.';
    case 'branch':
      return deletesByForce(words)
        ? '`git branch -D` is refused here: the branch may hold work that nothing else holds. Leave branches as they are.'
        : undefined;
    case 'checkout':
      return leavesBranch(words) ? refusedCheckout(words.join(' ')) : undefined;
    default:
      return undefined;
  }
}

const shortOptions = (words: readonly string[]) => words.filter(word => /^-[a-zA-Z]+$/.test(word)).join('');

function deletesByForce(words: readonly string[]): boolean {
  const short = shortOptions(words);
  const deletes = short.includes('d') || words.includes('--delete');
  return short.includes('D') || (deletes && (short.includes('f') || words.includes('--force')));
}

/** Options that make, detach or track a branch; and a branch with `--` and nothing after it. */
function leavesBranch(words: readonly string[]): boolean {
  const dashes = words.indexOf('--');
  const options = dashes < 0 ? words : words.slice(0, dashes);
  if (options.some(word => /^--(orphan|detach|track)(=|$)/.test(word)) || /[bBdt]/.test(shortOptions(options))) return true;
  if (options.includes('-')) return true;
  return dashes === words.length - 1 && positionals(options).length > 0;
}

/** `git checkout x`: a branch, a commit or a file, as git finds it. Two words or `--` before the last are files. */
function singleCheckout({ subcommand, words }: GitCommand): readonly string[] {
  if (subcommand !== 'checkout' || words.includes('--')) return [];
  const named = positionals(words);
  return named.length === 1 ? named : [];
}

const positionals = (words: readonly string[]) => words.filter(word => !word.startsWith('-'));
