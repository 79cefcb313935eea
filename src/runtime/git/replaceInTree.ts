import type { Git } from './git';
import { withIndex } from './temporaryIndex';

/** What stands at a path of a tree; mode `0`: nothing. Names as bytes, because they go back to git. */
export type TreeEntry = { readonly mode: string; readonly object: string; readonly path: Buffer };

/** A tree with other entries at some of its paths; written to the object database, nothing else is touched. */
export async function replaceInTree(
  git: Git,
  { tree, entries, signal }: { readonly tree: string; readonly entries: readonly TreeEntry[]; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  return withIndex(git, async env => {
    await git.run(['read-tree', tree], { env, signal });
    await git.input(['update-index', '--replace', '-z', '--index-info'], indexInfo(entries), { env, signal });
    return (await git.run(['write-tree'], { env, signal })).stdout.trim();
  });
}

/** The input of `git update-index -z --index-info`. */
export function indexInfo(entries: readonly TreeEntry[]): Buffer {
  return Buffer.concat(
    entries.map(({ mode, object, path: name }) => Buffer.concat([Buffer.from(`${mode} ${object}\t`), name, Buffer.from('\0')])),
  );
}

export function splitNul(output: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(0, start);
    fields.push(output.subarray(start, end));
    start = end + 1;
  }
  return fields;
}
