import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Git } from './git';

/** A removal that was begun, on disk from before its first step until after its last. */
const tombstoneSchema = z.object({
  version: z.literal(1),
  worktree: z.string(),
  /** Where the worktree's folder is moved before anything in it is deleted. */
  trash: z.string(),
  /** `begun`: nothing may be deleted yet. `proved`: what is in the trash is kept elsewhere. */
  state: z.enum(['begun', 'proved']),
  /** The process that is at it; absent when nobody is any more, and the rest is left to whoever starts next. */
  pid: z.number().optional(),
  stream: z.string(),
  task: z.string(),
  attempt: z.string().optional(),
  branch: z.string().optional(),
  mergedInto: z.string().optional(),
  snapshot: z.string().optional(),
});

export type Tombstone = z.infer<typeof tombstoneSchema>;

const folderOf = async (git: Git) => path.join(await git.commonDir(), 'work', '.removals');
const nameOf = ({ trash }: Tombstone) => `${path.basename(trash)}.json`;

export async function writeTombstone(git: Git, tombstone: Tombstone): Promise<void> {
  const folder = await folderOf(git);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, nameOf(tombstone));
  const unfinished = await open(`${file}.tmp`, 'w');
  try {
    await unfinished.writeFile(JSON.stringify(tombstone));
    await unfinished.sync();
  } finally {
    await unfinished.close();
  }
  await rename(`${file}.tmp`, file);
}

export async function clearTombstone(git: Git, tombstone: Tombstone): Promise<void> {
  await rm(path.join(await folderOf(git), nameOf(tombstone)), { force: true });
}

export async function readTombstones(git: Git): Promise<readonly Tombstone[]> {
  const folder = await folderOf(git);
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.json'));
  const all = await Promise.all(names.map(name => readFile(path.join(folder, name), 'utf8').catch(() => '')));
  return all.flatMap(text => {
    try {
      return tombstoneSchema.safeParse(JSON.parse(text)).data ?? [];
    } catch {
      return [];
    }
  });
}
