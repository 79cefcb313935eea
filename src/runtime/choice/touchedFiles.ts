import type { Logger } from '../../common/logger';
import { plannedThreads } from '../../domain/graph/readiness';
import { isUnmerged } from '../../domain/merge/unmerged';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { Git } from '../git/git';
import { pathChanges } from '../git/changes';

/**
 * The files that differ, committed or not, where the work of a thread is that is not merged yet, by thread. A worktree that is gone or
 * cannot be looked at says nothing.
 */
export async function touchedFiles(
  git: Git,
  { stages }: WorkstreamSnapshot,
  logger: Logger,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const touched = new Map<string, readonly string[]>();
  for (const thread of plannedThreads(stages)) {
    const place = placeOf(thread);
    if (!place) continue;
    try {
      const { stdout } = await git.run(['diff', '--name-only', '-z', '--no-renames', place.base, 'HEAD', '--'], { cwd: place.worktree });
      const committed = stdout.split('\0').filter(file => file !== '');
      const open = (await pathChanges(git, place.worktree)).map(({ path }) => path);
      const files = [...new Set([...committed, ...open])];
      if (files.length > 0) touched.set(thread.id, files);
    } catch (error) {
      logger.debug(`the worktree of thread ${thread.id} says nothing about the files it touches: ${String(error)}`);
    }
  }
  return touched;
}

/** Where the work of a thread stands that was begun and did not land: its last attempt's worktree holds all of it. */
function placeOf({ tasks, merge }: ThreadNode): { readonly worktree: string; readonly base: string } | undefined {
  if (merge !== undefined && !isUnmerged(merge)) return undefined;
  const attempts = tasks.flatMap(task => task.attempts).filter(({ worktree }) => worktree !== undefined);
  const [first, last] = [attempts[0], attempts.at(-1)];
  return first && last?.worktree !== undefined ? { worktree: last.worktree, base: first.base } : undefined;
}
