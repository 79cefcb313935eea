import * as z from 'zod';

/** Two sides that would conflict if they were merged as they are now; `other` is a thread, or null for the integration branch. */
export const foreseenConflictSchema = z.strictObject({
  thread: z.string(),
  other: z.string().nullable(),
  files: z.array(z.string()),
});
export type ForeseenConflict = Readonly<z.infer<typeof foreseenConflictSchema>>;

/** A conflict as one of its two threads sees it. */
export type ForeseenWith = { readonly other: string | null; readonly files: readonly string[] };

export function foreseenOf(conflicts: readonly ForeseenConflict[], thread: string): readonly ForeseenWith[] {
  return conflicts.flatMap(({ thread: one, other, files }) =>
    one === thread ? [{ other, files }] : other === thread ? [{ other: one, files }] : [],
  );
}

/** What is left of a forecast once the work of a thread is in. */
export function withoutThread(conflicts: readonly ForeseenConflict[], thread: string): readonly ForeseenConflict[] {
  return conflicts.filter(({ thread: one, other }) => one !== thread && other !== thread);
}

export function sameForecast(left: readonly ForeseenConflict[], right: readonly ForeseenConflict[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
