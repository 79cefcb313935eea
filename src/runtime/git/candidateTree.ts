import { isStateFile } from '../../domain/files/stateFiles';
import { newGitlinks } from './changes';
import type { Git } from './git';
import { replaceInTree, splitNul, type TreeEntry } from './replaceInTree';

export type KeepOurs = {
  /** The tree that git merged; may hold conflict markers in files that are put back. */
  readonly merged: string;
  readonly onto: string;
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
};

/** The merged tree with state files and unwanted repository ids as they are in `onto`, and which those are. */
export async function keepOurs(
  git: Git,
  { merged, onto, cwd, signal }: KeepOurs,
): Promise<{ readonly tree: string; readonly leftOut: readonly string[] }> {
  const links = new Set(await newGitlinks(git, cwd, onto, merged));
  const entries = (await differences(git, merged, onto)).filter(
    ({ path: name }) => isStateFile(name.toString()) || links.has(name.toString()),
  );
  if (entries.length === 0) return { tree: merged, leftOut: [] };
  const tree = await replaceInTree(git, { tree: merged, entries, signal });
  return { tree, leftOut: entries.map(({ path: name }) => name.toString()).sort() };
}

/** Every path that differs, with what it is in `to`. */
async function differences(git: Git, from: string, to: string): Promise<readonly TreeEntry[]> {
  const { stdout } = await git.bytes(['diff-tree', '-r', '--raw', '-z', '--no-renames', from, to, '--']);
  const fields = splitNul(stdout);
  const entries: TreeEntry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = '0', , object = ''] = (fields[index] ?? Buffer.alloc(0)).toString().slice(1).split(' ');
    entries.push({ mode: mode === '000000' ? '0' : mode, object, path: fields[index + 1] ?? Buffer.alloc(0) });
  }
  return entries;
}
