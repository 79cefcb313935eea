import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

/**
 * What is special about the threads of a workstream that was made of a list of branches: each works on the branch it was given,
 * which is merged nowhere, in a worktree that its later attempts use again, or in a clone.
 */
const assignment = z.strictObject({
  thread: z.string(),
  issue: z.int().positive(),
  branch: z.string(),
  description: z.string(),
  task: z.string(),
  /** The recipe that was asked for, null for none. */
  recipe: z.string().nullable(),
  /** What its agent is told one after the other; null: the thread's prompt, in one. */
  steps: z
    .array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['bash', 'agent']),
        text: z.string(),
        agent: z.string().optional(),
        output: z.string().optional(),
      }),
    )
    .nullable(),
  /** Why it cannot be begun, as a sentence. */
  problem: z.string().nullable(),
});

export const assignmentsSchema = z.strictObject({
  version: z.literal(1),
  /** The config's path, relative to the root, with `/`; absolute when it is outside. */
  config: z.string(),
  mode: z.enum(['recipe', 'classic']),
  isolation: z.enum(['worktree', 'clone']),
  /** Milliseconds that the processes of a stopped agent have to end by themselves. */
  grace: z.int().nonnegative(),
  entries: z.array(assignment),
});

export type Assignments = z.infer<typeof assignmentsSchema>;
export type Assignment = Assignments['entries'][number];
/** One thread's, with what it shares with the others. */
export type AssignedThread = Assignment & Pick<Assignments, 'isolation' | 'grace'>;

/** `folder`: that of the workstream's journal. The record, and the logs and the report beside it. */
export const multitaskFolder = (folder: string) => path.join(folder, 'multitask');
export const assignmentsFile = (folder: string) => path.join(multitaskFolder(folder), 'run.json');

/** By thread; empty for every other workstream. @throws when the record is there and cannot be used: such threads must not be merged. */
export async function readAssigned(folder: string): Promise<ReadonlyMap<string, AssignedThread>> {
  const { entries, isolation, grace } = (await readAssignments(folder)) ?? { entries: [], isolation: 'worktree' as const, grace: 0 };
  return new Map(entries.map(entry => [entry.thread, { ...entry, isolation, grace }]));
}

/** Undefined for a workstream that was not made of a list of branches. @throws when the record is there and cannot be used. */
export async function readAssignments(folder: string): Promise<Assignments | undefined> {
  const file = assignmentsFile(folder);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return assignmentsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is not what it was written as: nothing is run without it.`, { cause: error });
  }
}
