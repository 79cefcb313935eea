import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** The nearest folder from `start` upwards that holds `.git`, a folder or (in a linked worktree or submodule) a file. */
export async function findRepositoryRoot(start: string): Promise<string | undefined> {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (await exists(path.join(folder, '.git'))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/**
 * The checkout that the plan's state lives in: from inside a linked worktree, that of its repository; otherwise the nearest
 * repository root. A worktree of a bare repository stands for itself.
 */
export async function findMainCheckout(start: string): Promise<string | undefined> {
  const root = await findRepositoryRoot(start);
  if (root === undefined) return undefined;
  const link = await readFile(path.join(root, '.git'), 'utf8').catch(() => '');
  const gitFolder = /^gitdir: (.+?)\r?\n?$/.exec(link)?.[1];
  if (gitFolder === undefined) return root;
  const own = path.resolve(root, gitFolder);
  const common = await readFile(path.join(own, 'commondir'), 'utf8').catch(() => undefined);
  if (common === undefined) return root;
  const shared = path.resolve(own, common.trim());
  return path.basename(shared) === '.git' && (await exists(shared)) ? path.dirname(shared) : root;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
