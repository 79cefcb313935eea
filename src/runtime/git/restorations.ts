import path from 'node:path';
import * as z from 'zod';
import type { Git } from './git';
import { NoteFolder } from './noteFolder';

/** A restoration that was begun, on disk from before its first step until after its last. */
const restorationSchema = z.object({
  version: z.literal(1),
  /** Of the snapshot. */
  ref: z.string(),
  /** Where the worktree comes back; nothing was there when this was written. */
  worktree: z.string(),
  pid: z.number(),
  /** The branch that is created for it, at `head`. */
  created: z.object({ branch: z.string(), head: z.string() }).optional(),
});

export type Restoration = z.infer<typeof restorationSchema>;

const notes = new NoteFolder('.restorations', restorationSchema);
const nameOf = ({ worktree }: Restoration) => path.basename(worktree);

export const writeRestoration = (git: Git, restoration: Restoration) => notes.write(git, nameOf(restoration), restoration);
export const clearRestoration = (git: Git, restoration: Restoration) => notes.clear(git, nameOf(restoration));
export const readRestorations = (git: Git) => notes.read(git);

const restores = 'restores ';

/** What is said in the lock of a worktree that is being restored. */
export const restoringPurpose = {
  of: (ref: string) => `${restores}${ref}`,
  /** The snapshot's ref; undefined for another purpose. */
  parse: (purpose: string) => (purpose.startsWith(restores) ? purpose.slice(restores.length) : undefined),
};
