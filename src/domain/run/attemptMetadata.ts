import * as z from 'zod';

/** What the runner writes into an attempt's session as `metadata.work`, so that the task tools know whom they serve. */
export const attemptMetadataSchema = z.object({
  /** The main checkout: the folder with `work/`. */
  root: z.string().min(1),
  stream: z.string().min(1),
  task: z.string().min(1),
  thread: z.string().min(1),
  attempt: z.string().min(1),
  /** Absolute; in isolation `none` the same as `root`. */
  worktree: z.string().min(1),
  isolation: z.enum(['task', 'thread', 'none']),
  /** Where notes for the journal are left. */
  inbox: z.string().min(1),
  /** The folder of the `work` command, first on the agent's PATH. */
  bin: z.string().optional(),
});

export type AttemptMetadata = z.infer<typeof attemptMetadataSchema>;

/** Reads `metadata.work` of a session; undefined when the session is not one of ours. */
export function parseAttemptMetadata(metadata: unknown): AttemptMetadata | undefined {
  return z.object({ work: attemptMetadataSchema }).safeParse(metadata).data?.work;
}
