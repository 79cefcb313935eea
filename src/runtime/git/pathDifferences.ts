import { splitNames, type BytePath } from './bytePath';
import type { Git } from './git';

/** What a tree holds at a path. */
export type TreeEntry = { readonly mode: string; readonly object: string };

/** One path at which two commits differ; undefined where one of them lacks it. */
export type PathDifference = {
  readonly path: BytePath;
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
};

/** The mode of a submodule, or of another repository that is kept by its commit's id. */
export const gitlinkMode = '160000';
export const linkMode = '120000';

/** Every path at which two commits, or trees, differ; a moved file is two of them. @throws {GitError} `unknown-revision` */
export async function pathDifferences(git: Git, before: string, after: string): Promise<readonly PathDifference[]> {
  const { stdout } = await git.bytes(['diff-tree', '-r', '--raw', '-z', '--no-renames', '--end-of-options', before, after, '--']);
  const fields = splitNames(stdout);
  const differences: PathDifference[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [beforeMode, afterMode, beforeObject, afterObject] = (fields[index] ?? '').slice(1).split(' ');
    differences.push({ path: fields[index + 1] ?? '', before: entry(beforeMode, beforeObject), after: entry(afterMode, afterObject) });
  }
  return differences;
}

/** What the index of a checkout holds: by path the entry, `unmerged` for one with several. */
export async function indexEntries(git: Git, checkout: string): Promise<ReadonlyMap<BytePath, TreeEntry | 'unmerged'>> {
  const { stdout } = await git.bytes(['ls-files', '--stage', '-z'], undefined, { cwd: checkout });
  return new Map(
    splitNames(stdout).map(line => {
      const tab = line.indexOf('\t');
      const [mode = '', object = '', stage] = line.slice(0, tab).split(' ');
      return [line.slice(tab + 1), stage === '0' ? { mode, object } : 'unmerged'];
    }),
  );
}

/** Paths for git's standard input, each ended with NUL. */
export const nulList = (paths: readonly BytePath[]): Buffer => Buffer.from(paths.map(path => `${path}\0`).join(''), 'latin1');

export const isSameEntry = (left: TreeEntry | undefined, right: TreeEntry | undefined): boolean =>
  left?.mode === right?.mode && left?.object === right?.object;

function entry(mode = '000000', object = ''): TreeEntry | undefined {
  return mode === '000000' ? undefined : { mode, object };
}
