import { readdir, readFile } from 'node:fs/promises';
import { placeOf, shownPath, toBytePath, type BytePath } from './bytePath';
import { fileBlobId, linkBlobId, type ObjectFormat } from './fileHash';
import type { Git } from './git';
import type { StoredFile } from './restoreFiles';

/**
 * What is below a half restored worktree that the restoration did not put there: names that are not among `files`, and files
 * whose bytes are not the beginning of theirs. Not looked at: the worktree's own `.git` file, and what is in `rewritten`.
 */
export async function foreignContent(
  git: Git,
  folder: string,
  files: readonly StoredFile[],
  rewritten: ReadonlySet<BytePath>,
): Promise<readonly string[]> {
  const known = new Map(files.map(file => [file.path, file]));
  const format = (await git.run(['rev-parse', '--show-object-format'])).stdout.trim() as ObjectFormat;
  const foreign: string[] = [];
  const walk = async (inside: BytePath): Promise<void> => {
    const entries = await readdir(placeOf(folder, inside), { withFileTypes: true, encoding: 'buffer' }).catch(noneWhenAbsent);
    for (const entry of entries) {
      const name = toBytePath(entry.name);
      const path = inside === '' ? name : `${inside}/${name}`;
      if (rewritten.has(path) || (path === '.git' && entry.isFile())) continue;
      const file = known.get(path);
      const place = placeOf(folder, path);
      if (entry.isDirectory()) await walk(path);
      else if (!file || !(await (entry.isSymbolicLink() ? isLink(place, file, format) : isBeginning(git, place, file, format)))) {
        foreign.push(shownPath(path));
      }
    }
  };
  await walk('');
  return foreign;
}

const isLink = async (place: Buffer, { mode, object }: StoredFile, format: ObjectFormat) =>
  mode === '120000' && (await linkBlobId(place, format)).id === object;

async function isBeginning(git: Git, place: Buffer, { mode, object }: StoredFile, format: ObjectFormat): Promise<boolean> {
  if (mode === '120000') return false;
  if ((await fileBlobId(place, format))?.id === object) return true;
  const written = await readFile(place);
  const { stdout } = await git.bytes(['cat-file', 'blob', object]);
  return stdout.subarray(0, written.length).equals(written);
}

function noneWhenAbsent(error: NodeJS.ErrnoException): readonly never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
