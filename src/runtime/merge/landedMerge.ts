import { squashedTrailer, togetherTrailer } from '../git/candidates';
import type { Git } from '../git/git';

export type LandedMerge = { readonly commit: string; readonly before: string };

/**
 * The merge that already brought `tip` into the branch at `head`, if there is one: a program that was cut off after the branch
 * moved asks for the same merge again. Merges that came in together stand behind the second parent of the commit that joined them.
 */
export function findLandedMerge(git: Git, tip: string, head: string): Promise<LandedMerge | undefined> {
  return findBetween(git, tip, head, tip);
}

/** Looks at commits that are behind neither `tip` nor `base`. */
async function findBetween(git: Git, tip: string, head: string, base: string): Promise<LandedMerge | undefined> {
  const trailer = (key: string) => `%(trailers:key=${key},valueonly,separator=%x20)`;
  const format = `--format=%H %P%x1f${trailer(squashedTrailer)}%x1f${trailer(togetherTrailer)}`;
  const { stdout } = await git.run(['log', '-z', '--first-parent', format, '--end-of-options', `${tip}..${head}`, `^${base}`, '--']);
  for (const entry of stdout.split('\0')) {
    const [ids = '', squashed = '', together = ''] = entry.split('\x1f');
    const [commit, before, second] = ids.split(' ');
    if (commit === undefined || before === undefined) continue;
    if (second === tip || (second === undefined && squashed.trim() === tip)) return { commit, before };
    if (second === undefined || together.trim() === '') continue;
    const inner = await findBetween(git, tip, second, before);
    if (inner) return inner;
  }
  return undefined;
}
