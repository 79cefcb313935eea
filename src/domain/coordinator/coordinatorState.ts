import * as z from 'zod';

const text = z.string().trim().min(1);
const entry = z.object({
  worktreePath: text,
  branch: text,
  sessionID: text,
  createdAt: z.string().refine(value => !Number.isNaN(Date.parse(value))),
  parentSessionID: text.optional().catch(undefined),
  task: text.optional().catch(undefined),
  status: z.enum(['active', 'completed', 'failed', 'aborted']).optional(),
  completedAt: z.string().optional().catch(undefined),
});

/** A worktree with its session, as another coordinator (open-coordinator, open-trees) keeps it in its `state.json`. */
export type CoordinatedWorktree = z.infer<typeof entry>;

/** What one such tool keeps about worktrees of a repository. */
export type CoordinatedBy = { readonly tool: string; readonly entries: readonly CoordinatedWorktree[] };

export type CoordinatorState =
  | {
      readonly kind: 'read';
      /** One for each worktree and each session: the later of two counts. In the file's order. */
      readonly entries: readonly CoordinatedWorktree[];
      /** How many entries could not be understood, and were left out. */
      readonly dropped: number;
      /** How many were replaced by a later one of the same worktree or session. */
      readonly replaced: number;
    }
  /** `why`: a sentence. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads the text of a `state.json`; what is not an entry is dropped and counted, the rest stands. Never throws. */
export function parseCoordinatorState(content: string): CoordinatorState {
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch {
    return { kind: 'unreadable', why: 'It is not JSON; it may be half-written.' };
  }
  const parsed = z.object({ entries: z.array(z.unknown()) }).safeParse(value);
  if (!parsed.success) return { kind: 'unreadable', why: 'It has no list of "entries".' };
  const all = parsed.data.entries;
  const valid = all.flatMap(each => entry.safeParse(each).data ?? []);
  const entries = valid.filter((each, index) => !valid.slice(index + 1).some(later => isSameMapping(each, later)));
  return { kind: 'read', entries, dropped: all.length - valid.length, replaced: valid.length - entries.length };
}

const isSameMapping = (left: CoordinatedWorktree, right: CoordinatedWorktree) =>
  left.worktreePath === right.worktreePath || left.sessionID === right.sessionID;
