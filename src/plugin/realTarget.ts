import { readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

const mostLinks = 40;

/**
 * Where a write to an absolute path would end up: symbolic links followed one after the other as the system does it, those to
 * nothing too, and `..` taken from where the link before it leads. What does not exist yet stays as it is written.
 * @throws when the path cannot be followed (a loop, no permission).
 */
export async function realTarget(file: string, links = 0): Promise<string> {
  const { root } = path.parse(file);
  let current = root;
  for (const part of file.slice(root.length).split(/[\\/]+/)) {
    if (part === '' || part === '.') continue;
    current = part === '..' ? path.dirname(current) : await follow(path.join(current, part), links);
  }
  return current;
}

async function follow(file: string, links: number): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const link = await readlink(file).catch(() => undefined);
  if (link === undefined) return file;
  if (links >= mostLinks) throw new Error(`${file} is a link that leads nowhere`);
  return realTarget(path.resolve(path.dirname(file), link), links + 1);
}
