import { createHash, randomBytes } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import * as z from 'zod';
import { parentOf, placeOf, toBytePath, type BytePath } from '../git/bytePath';
import { removeEmptyFolders } from '../git/emptyFolders';

/** What is at a path: nothing, a link, or a file of these bytes. */
export const fileStateSchema = z.strictObject({
  kind: z.enum(['file', 'link']),
  /** SHA-256 of the bytes, or of where the link leads. */
  hash: z.string(),
  /** Permission bits; of a link they say nothing. */
  mode: z.number(),
});
export type FileState = z.infer<typeof fileStateSchema> | null;

/** @throws whatever the disk says, but not that there is nothing. Folders count as nothing. */
export async function stateOf(place: Buffer | string): Promise<FileState> {
  const facts = await lstat(place).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  });
  if (facts?.isSymbolicLink() === true) return { kind: 'link', hash: hashOf(await readlink(place, 'buffer')), mode: 0 };
  return facts?.isFile() === true ? { kind: 'file', hash: hashOf(await readFile(place)), mode: facts.mode & 0o777 } : null;
}

/** Whether both are the same to git: bytes, kind, and whether it is a program where the disk knows that. */
export function isSameState(left: FileState, right: FileState): boolean {
  if (left === null || right === null) return left === right;
  const isProgram = ({ mode }: { readonly mode: number }) => process.platform !== 'win32' && (mode & 0o100) !== 0;
  return left.kind === right.kind && left.hash === right.hash && isProgram(left) === isProgram(right);
}

/** Copies what is at `from` to `to`, a link as a link. */
export async function copyState(from: Buffer | string, to: Buffer | string): Promise<void> {
  if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from, 'buffer'), to);
  else await copyFile(from, to);
}

/**
 * Puts a copy of `source` at `name` below `root` in one step, or takes away what is there when it has none. Folders that are missing
 * are made, folders that become empty go.
 */
export async function putState(root: string, name: BytePath, source: Buffer | string | undefined, mode: number | undefined): Promise<void> {
  const place = placeOf(root, name);
  if (source === undefined) {
    await rm(place, { force: true });
    await removeEmptyFolders(root, name);
    return;
  }
  const folder = parentOf(name);
  await mkdir(placeOf(root, folder), { recursive: true });
  const beside = placeOf(root, `${folder === '' ? '' : `${folder}/`}.work-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await copyState(source, beside);
    if (mode !== undefined && !(await lstat(beside)).isSymbolicLink()) await chmod(beside, mode);
    await rename(beside, place);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The files below a folder, links among them; names as bytes, relative to `root`. */
export async function filesBelow(root: string, name: BytePath): Promise<readonly BytePath[]> {
  const entries = await readdir(placeOf(root, name), { withFileTypes: true, encoding: 'buffer' });
  const found: BytePath[] = [];
  for (const entry of entries) {
    const inner = `${name}/${toBytePath(entry.name)}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(root, inner)));
    else found.push(inner);
  }
  return found;
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
