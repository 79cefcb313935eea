import path from 'node:path';
import * as z from 'zod';
import { oneLine, stripControl, truncate } from '../common/text';
import { ancestorId, isWithin, levelOf, normalizeId } from '../domain/ids';
import { importances, person, type Mail } from '../domain/reservations/mail';
import { longestPath } from '../domain/reservations/pathOverlap';
import { defaultTtl, shortestTtl } from '../domain/reservations/reservations';
import type { AttemptMetadata } from '../domain/run/attemptMetadata';

export type ReadRequest<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string };

export type PathsRequest = {
  readonly paths: readonly string[];
  readonly ttlSeconds: number;
  readonly exclusive: boolean;
  readonly reason: string | undefined;
};

const mostPaths = 50;
const longestBody = 10_000;
const listOrOne = (what: string) => z.union([z.string(), z.array(z.string())], what).transform(value => [value].flat());
const paths = listOrOne('`paths` is a list of files or globs, relative to your worktree');

const reserveInput = z.object({
  paths,
  ttlSeconds: z.number(`\`ttlSeconds\` is a number of seconds, at least ${shortestTtl}`).nullish(),
  exclusive: z.boolean('`exclusive` is true or false').nullish(),
  reason: z.string('`reason` is a short text').nullish(),
});

/** What a model called `work_reserve` with; whatever is wrong with it comes back as a sentence. */
export function readReserve(input: unknown, attempt: AttemptMetadata): ReadRequest<PathsRequest> {
  const parsed = reserveInput.safeParse(input);
  if (!parsed.success) return refuse('Nothing was reserved.', issues(parsed.error));
  const read = relativePaths(parsed.data.paths, attempt.worktree);
  if (!read.ok) return refuse('Nothing was reserved.', read.sentence);
  const { exclusive, reason } = parsed.data;
  const ttlSeconds = parsed.data.ttlSeconds ?? defaultTtl;
  if (!(ttlSeconds >= shortestTtl)) return refuse('Nothing was reserved.', `\`ttlSeconds\` is at least ${shortestTtl}.`);
  const why = truncate(oneLine(reason ?? ''), 300);
  return {
    ok: true,
    value: {
      paths: read.value,
      ttlSeconds,
      exclusive: exclusive ?? true,
      reason: why === '' ? undefined : why,
    },
  };
}

/** The paths to give back; undefined: all of the thread. */
export function readRelease(input: unknown, attempt: AttemptMetadata): ReadRequest<readonly string[] | undefined> {
  const parsed = z.object({ paths: paths.nullish() }).safeParse(input ?? {});
  if (!parsed.success) return refuse('Nothing was given back.', issues(parsed.error));
  const named = parsed.data.paths ?? [];
  if (named.length === 0) return { ok: true, value: undefined };
  const read = relativePaths(named, attempt.worktree);
  return read.ok ? read : refuse('Nothing was given back.', read.sentence);
}

const sendInput = z.object({
  to: listOrOne(`\`to\` is the id of a thread or a task, or "${person}"`),
  subject: z.string('`subject` is one line'),
  body: z.string('`body` is a text'),
  importance: z.enum(importances, '`importance` is "low", "normal" or "high"').nullish(),
});

export type Letter = Pick<Mail, 'to' | 'subject' | 'body' | 'importance'>;

/** `known`: the ids of the workstream's tasks. A message to a task goes to the agent of its thread. */
export function readLetter(input: unknown, { thread }: AttemptMetadata, known: readonly string[]): ReadRequest<Letter> {
  const parsed = sendInput.safeParse(input);
  if (!parsed.success) return refuse('Nothing was sent.', issues(parsed.error));
  const { subject, body, importance } = parsed.data;
  const to = new Set<string>();
  for (const wanted of parsed.data.to) {
    const reader = readerOf(wanted, known);
    if (reader === undefined) {
      const shown = oneLine(wanted).slice(0, 40);
      return refuse('Nothing was sent.', `"${shown}" is neither a thread or task of this workstream nor "${person}".`);
    }
    if (reader === thread) return refuse('Nothing was sent.', `${oneLine(wanted)} is your own thread.`);
    to.add(reader);
  }
  if (to.size === 0) return refuse('Nothing was sent.', 'Say whom it is to.');
  const line = truncate(oneLine(subject), 200);
  if (line === '') return refuse('Nothing was sent.', '`subject` is one line that says what it is about.');
  if (body.length > longestBody) return refuse('Nothing was sent.', `\`body\` has at most ${longestBody} characters.`);
  return { ok: true, value: { to: [...to], subject: line, body: stripControl(body).trim(), importance: importance ?? 'normal' } };
}

function readerOf(wanted: string, known: readonly string[]): string | undefined {
  if (wanted.trim().toLowerCase() === person) return person;
  const id = normalizeId(wanted);
  const level = id === undefined ? undefined : levelOf(id);
  if (id === undefined || (level !== 'thread' && level !== 'task') || !known.some(task => isWithin(task, id))) return undefined;
  return ancestorId(id, 'thread');
}

function relativePaths(given: readonly string[], worktree: string): ReadRequest<readonly string[]> {
  if (given.length === 0) return { ok: false, sentence: 'Say which files.' };
  if (given.length > mostPaths) return { ok: false, sentence: `More than ${mostPaths} paths at once: use a folder or a glob.` };
  const read: string[] = [];
  for (const text of given) {
    const shown = oneLine(text).slice(0, 80);
    const inside = path.isAbsolute(text.trim()) ? path.relative(worktree, text.trim()) : text.trim();
    const relative = inside.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
    if (relative === '' && inside !== '') read.push('.');
    else if (relative === '' || relative !== stripControl(relative) || relative.length > longestPath || relative.startsWith('!')) {
      return { ok: false, sentence: `"${shown}" is not a path.` };
    } else if (path.isAbsolute(relative) || /^[A-Za-z]:/.test(relative) || relative.split('/').includes('..')) {
      return { ok: false, sentence: `"${shown}" is outside of your worktree.` };
    } else read.push(relative);
  }
  return { ok: true, value: [...new Set(read)] };
}

const refuse = (nothing: string, why: string) => ({ ok: false, sentence: `${nothing} ${why}` }) as const;

const issues = (error: z.ZodError) => `${error.issues.map(({ message }) => message).join('; ')}.`;
