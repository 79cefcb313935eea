import path from 'node:path';
import * as z from 'zod';
import type { Git } from './git';
import { NoteFolder } from './noteFolder';

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

const notes = new NoteFolder('.removals', tombstoneSchema);
const nameOf = ({ trash }: Tombstone) => path.basename(trash);

export const writeTombstone = (git: Git, tombstone: Tombstone) => notes.write(git, nameOf(tombstone), tombstone);
export const clearTombstone = (git: Git, tombstone: Tombstone) => notes.clear(git, nameOf(tombstone));
export const readTombstones = (git: Git) => notes.read(git);
