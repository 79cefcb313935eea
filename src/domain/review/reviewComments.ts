import * as z from 'zod';
import { oneLine } from '../../common/text';
import { isWithin } from '../ids';
import type { ThreadNode, WorkstreamSnapshot } from '../tree/nodes';

/** A person's words about a line of a review, kept until they throw them away. Unknown properties of newer programs stay. */
export const reviewCommentSchema = z.looseObject({
  id: z.string(),
  /** What was reviewed: a stage's, batch's, thread's or task's id, or the workstream's own. */
  node: z.string(),
  /** The folder whose file it is, absolute. */
  folder: z.string(),
  /** With `/`, relative to the folder. */
  path: z.string(),
  /** The commit; null: as it was on the disk. */
  revision: z.string().nullable(),
  /** It was left on the file as it was before the changes. */
  before: z.boolean().default(false),
  /** It was left in the file itself, not in a diff. */
  onDisk: z.boolean().default(false),
  /** From 1; null: the file as a whole. */
  line: z.int().positive().nullable(),
  /** What stood in that line. */
  quote: z.string(),
  text: z.string(),
  /** The line, or the file, is no longer there. */
  outdated: z.boolean().default(false),
  /** ISO time. */
  at: z.string(),
  /** When it reached the agent; absent while it is a draft. */
  sentAt: z.string().optional(),
});
export type ReviewComment = z.infer<typeof reviewCommentSchema>;

export const isDraft = ({ sentAt }: ReviewComment): boolean => sentAt === undefined;

/** `src/slug.js:3` */
export function commentPlace({ path, line }: Pick<ReviewComment, 'path' | 'line'>): string {
  return `${oneLine(path)}${line === null ? '' : `:${line}`}`;
}

/** All comments of one sending as the one message that the agent gets. */
export function messageOf(comments: readonly ReviewComment[]): string {
  const head =
    comments.length === 1
      ? 'A person looked at your changes and left a comment.'
      : `A person looked at your changes and left ${comments.length} comments.`;
  return [`${head} Do what is asked for, commit nothing by hand, and report again when you are done.`, ...comments.map(oneComment)].join(
    '\n\n',
  );
}

function oneComment(comment: ReviewComment, index: number): string {
  const { revision, before, outdated, quote, text, line } = comment;
  const where = [
    revision === null ? 'in the worktree as it was then' : `at ${revision.slice(0, 10)}`,
    ...(before ? ['the file as it was before your changes'] : []),
    ...(line === null ? ['the file as a whole'] : []),
    ...(outdated ? ['that line has changed or is gone since'] : []),
  ].join(', ');
  const quoted = line === null ? [] : quote.split('\n').map(each => `> ${each}`);
  return [`${index + 1}. ${commentPlace(comment)} (${where})`, ...quoted, text.trim()].join('\n');
}

/** Where the line of a comment is in another state of its file: the same line, else the nearest that says the same; undefined: nowhere. */
export function anchorOf({ line, quote }: Pick<ReviewComment, 'line' | 'quote'>, lines: readonly string[]): number | null | undefined {
  if (line === null) return null;
  if (lines[line - 1] === quote) return line;
  if (quote.trim() === '') return undefined;
  const same = lines.flatMap((text, index) => (text === quote ? [index + 1] : []));
  return same.sort((a, b) => Math.abs(a - line) - Math.abs(b - line))[0];
}

/** The thread whose agent a comment is for: the reviewed one, else the last one of those reviewed that changed the file; undefined: nobody can tell. */
export function threadOf(stream: WorkstreamSnapshot, { node, path }: Pick<ReviewComment, 'node' | 'path'>): ThreadNode | undefined {
  const all = stream.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const reviewed = all.filter(({ id }) => isWithin(node, id) || isWithin(id, node) || node === stream.id);
  if (reviewed.length === 1) return reviewed[0];
  const changed = reviewed.flatMap(thread =>
    thread.tasks.flatMap(({ attempts }) =>
      attempts.flatMap(({ changes = [], startedAt }) => (changes.some(change => change.path === path) ? [{ thread, startedAt }] : [])),
    ),
  );
  return changed.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0]?.thread;
}
