import type { TaskStatus } from '../../taskStatus';

/** The words that task files use for a status, lower case and with `-` between words; the first of each is the one we write. */
const words: Readonly<Record<TaskStatus, readonly string[]>> = {
  pending: ['pending', 'todo', 'open', 'new', 'ready', 'backlog', 'planned', 'not-started'],
  in_progress: ['in-progress', 'doing', 'active', 'started', 'wip'],
  completed: ['completed', 'done', 'complete', 'closed', 'finished', 'resolved'],
  blocked: ['blocked', 'failed', 'on-hold', 'waiting', 'stuck'],
  cancelled: ['cancelled', 'canceled', 'abandoned', 'skipped', 'wontfix', 'dropped'],
};

/** Words that are used together: who writes one of a row writes its neighbours too. */
const families: readonly Partial<Record<TaskStatus, string>>[] = [
  { pending: 'todo', in_progress: 'in-progress', completed: 'done' },
  { pending: 'backlog', in_progress: 'doing', completed: 'done' },
  { pending: 'open', in_progress: 'in-progress', completed: 'closed' },
];

const statusOfWord = new Map(Object.entries(words).flatMap(([status, aliases]) => aliases.map(word => [word, status as TaskStatus])));

const plain = (word: string) =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');

/** What a word of a task file means, whatever its case and whether `-`, `_` or a space is in it; undefined when nobody knows it. */
export function statusOf(word: string): TaskStatus | undefined {
  return statusOfWord.get(plain(word)) ?? (plain(word) === 'inprogress' ? 'in_progress' : undefined);
}

export const isFailedWord = (word: string) => plain(word) === 'failed';

/** Every word that is understood, for whoever wrote another. */
export const knownStatusWords: readonly string[] = Object.values(words).flat();

/**
 * The word for a status in a file: the one that the files beside it use most, else the one that goes with the file's own word,
 * else ours; in the case of the file's own word. `failed` asks for a word that says so.
 * @param siblings every status word of the folder, as it is written
 */
export function wordFor(status: TaskStatus, failed: boolean, own: string, siblings: readonly string[]): string {
  const used = siblings.filter(word => statusOf(word) === status && (status !== 'blocked' || isFailedWord(word) === failed));
  const [most] = [...new Set(used)].sort((left, right) => times(right, used) - times(left, used));
  if (most !== undefined) return most;
  const family = families.find(row => Object.values(row).includes(plain(own)) && row[status] !== undefined);
  return inCaseOf(own, separatedAs(siblings, failed && status === 'blocked' ? 'failed' : (family?.[status] ?? words[status][0] ?? status)));
}

const times = (word: string, all: readonly string[]) => all.filter(other => other === word).length;

/** Somebody who writes `not_started` writes `in_progress`. */
const separatedAs = (siblings: readonly string[], word: string) =>
  siblings.some(sibling => sibling.includes('_')) ? word.replaceAll('-', '_') : word;

function inCaseOf(own: string, word: string): string {
  if (/^[A-Z]{2}/.test(own)) return word.toUpperCase();
  return /^[A-Z]/.test(own) ? `${word.charAt(0).toUpperCase()}${word.slice(1)}` : word;
}
