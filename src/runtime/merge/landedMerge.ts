import { squashedTrailer } from '../git/candidates';
import type { Git } from '../git/git';

/**
 * The merge that already brought `tip` into the branch at `head`, if there is one: a program that was cut off after the branch
 * moved asks for the same merge again.
 */
export async function findLandedMerge(
  git: Git,
  tip: string,
  head: string,
): Promise<{ readonly commit: string; readonly before: string } | undefined> {
  const format = `--format=%H %P%x1f%(trailers:key=${squashedTrailer},valueonly,separator=%x20)`;
  const { stdout } = await git.run(['log', '-z', '--first-parent', format, '--end-of-options', `${tip}..${head}`, '--']);
  for (const entry of stdout.split('\0')) {
    const [ids = '', squashed = ''] = entry.split('\x1f');
    const [commit, before, second] = ids.split(' ');
    if (commit === undefined || before === undefined) continue;
    if (second === tip || (second === undefined && squashed.trim() === tip)) return { commit, before };
  }
  return undefined;
}
