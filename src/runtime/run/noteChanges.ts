import { toChangedFile } from '../git/changedFile';
import { ownChanges } from '../git/history';
import type { RunContext } from './runContext';

/** More files than anybody reads: the rest is only counted. */
const mostFiles = 2000;

/**
 * Writes down what an attempt changed, once, so that reports need nothing but the journal: since the commit of the attempt that
 * worked in the same worktree before it, else since where it began.
 */
export async function noteChanges({ journal, git }: RunContext, id: string, base: string, tip: string): Promise<void> {
  const { attempts } = journal.state;
  const attempt = attempts.get(id);
  if (!attempt || attempt.changes !== undefined) return;
  const earlier = [...attempts.values()].filter(other => other.id !== id && other.worktree === attempt.worktree);
  const from = earlier.findLast(({ commit }) => commit !== undefined)?.commit ?? base;
  const files = (await ownChanges(git, from, tip)).map(toChangedFile);
  const omitted = files.length - mostFiles;
  journal.append({ kind: 'attempt.changed', attempt: id, files: files.slice(0, mostFiles), ...(omitted > 0 ? { omitted } : {}) });
}
