import type { Obstacle } from '../../domain/delivery/obstacles';
import { splitNames, type BytePath } from './bytePath';
import type { Git } from './git';
import { indexEntries } from './mergeOnto';
import { nulList } from './pathDifferences';
import { withIndexOf } from './snapshotTrees';

/**
 * Files among `paths` that are changed although git was told not to look: marked assume-unchanged or skip-worktree. `git status` shows
 * none of them, and git overwrites none of them. One that is unchanged, or not there (outside a sparse checkout), is in nobody's way.
 */
export async function hiddenChanges(
  git: Git,
  checkout: string,
  paths: readonly BytePath[],
): Promise<readonly { readonly kind: Obstacle['kind']; readonly path: BytePath }[]> {
  const index = await indexEntries(git, checkout);
  const marked = paths.filter(path => kindOf(index.get(path)?.letter) !== undefined);
  if (marked.length === 0) return [];
  const changed = await withIndexOf(git, checkout, async env => {
    const options = { env, cwd: checkout };
    for (const option of ['--no-assume-unchanged', '--no-skip-worktree']) {
      await git.input(['update-index', option, '-z', '--stdin'], nulList(marked), options);
    }
    const { stdout } = await git.bytes(['diff-files', '--name-only', '--diff-filter=d', '-z'], undefined, options);
    return new Set(splitNames(stdout));
  });
  return marked.flatMap(path => {
    const kind = kindOf(index.get(path)?.letter);
    return kind !== undefined && changed.has(path) ? [{ kind, path }] : [];
  });
}

/** git's letters: a small one is assumed unchanged, an S is skipped. */
function kindOf(letter = 'H'): 'assume-unchanged' | 'skip-worktree' | undefined {
  if (letter !== letter.toUpperCase()) return 'assume-unchanged';
  return letter === 'S' ? 'skip-worktree' : undefined;
}
