import { isStateFile } from '../../domain/files/stateFiles';
import { splitNames, type BytePath } from './bytePath';
import type { Git } from './git';
import { gitFailure } from './gitError';
import { keepOurs } from './candidateTree';
import { nobody } from './nobody';
import { nulList, pathDifferences, type PathDifference } from './pathDifferences';

export type MergedOnto =
  | { readonly kind: 'clean'; readonly tree: string; readonly changes: readonly PathDifference[] }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/**
 * What lies between `base` and `theirs`, brought onto `onto`, as a tree: no ref moves, no file is touched. State files of `work/` stay
 * as they are in `onto`. git 2.39 takes no merge base, so that the three trees are made into a history of their own.
 * @throws {GitError} `unknown-revision`
 */
export async function mergeOnto(
  git: Git,
  trees: { readonly base: string; readonly theirs: string; readonly onto: string },
): Promise<MergedOnto> {
  const commit = async (tree: string, ...parents: readonly string[]) => {
    const args = ['commit-tree', `${tree}^{tree}`, ...parents.flatMap(parent => ['-p', parent]), '-m', 'work'];
    return (await git.run(args, { env: nobody })).stdout.trim();
  };
  const base = await commit(trees.base);
  const args = [
    'merge-tree',
    '--write-tree',
    '-z',
    '--name-only',
    '--no-messages',
    await commit(trees.onto, base),
    await commit(trees.theirs, base),
  ];
  const { stdout, stderr, exitCode } = await git.run(args, { allowExit: [1] });
  const [merged = '', ...conflicts] = stdout.split('\0').filter(field => field !== '');
  if (!/^[0-9a-f]{40,64}$/.test(merged)) throw gitFailure(args, git.root, exitCode, stderr);
  const files = [...new Set(conflicts)].filter(file => !isStateFile(file));
  if (files.length > 0) return { kind: 'conflict', files };
  const { tree } = await keepOurs(git, { merged, onto: trees.onto, cwd: git.root });
  return { kind: 'clean', tree, changes: await pathDifferences(git, `${trees.onto}^{tree}`, tree) };
}

/** What the index holds of every path: mode and id, and the letter that tells what git takes for granted of it. */
export async function indexEntries(
  git: Git,
  checkout = git.root,
): Promise<ReadonlyMap<BytePath, { readonly entry: string; readonly stage: string; readonly letter: string }>> {
  const { stdout } = await git.bytes(['ls-files', '-s', '-v', '-z', '--full-name'], undefined, { cwd: checkout });
  return new Map(
    splitNames(stdout).map(line => {
      const tab = line.indexOf('\t');
      const [letter = '', mode = '', object = '', stage = ''] = line.slice(0, tab).split(' ');
      return [line.slice(tab + 1), { entry: `${mode} ${object}`, stage, letter }];
    }),
  );
}

/** Writes files of a tree below `folder` as a checkout would: line ends, filters, modes and links. `index` is a file of its own. */
export async function exportFiles(
  git: Git,
  {
    tree,
    paths,
    folder,
    index,
  }: { readonly tree: string; readonly paths: readonly BytePath[]; readonly folder: string; readonly index: string },
): Promise<void> {
  const env = { GIT_INDEX_FILE: index };
  await git.run(['read-tree', tree], { env });
  await git.input(['checkout-index', '--quiet', '-f', `--prefix=${folder}/`, '-z', '--stdin'], nulList(paths), { env });
}

/** The paths that git finds changed on the disk, staged or not. */
export async function dirtyPaths(git: Git): Promise<ReadonlySet<BytePath>> {
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=no', '--ignore-submodules=all'];
  const { stdout } = await git.bytes(args);
  return new Set(splitNames(stdout).map(entry => entry.slice(3)));
}
