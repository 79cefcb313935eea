import * as z from 'zod';

const text = z
  .string()
  .nullish()
  .transform(value => value ?? '');
const time = z
  .string()
  .nullish()
  .transform(value => value ?? undefined);

const dependency = z.looseObject({
  depends_on_id: z.string().min(1),
  issue_id: z.string().optional(),
  type: z.string().default('blocks'),
});

/** A line of the export that is an issue; what is not read here may be anything. */
export const issueSchema = z.looseObject({
  id: z.string().trim().min(1),
  title: z.string(),
  description: text,
  design: text,
  acceptance_criteria: text,
  notes: text,
  status: z.string().min(1).default('open'),
  priority: z.int().min(0).max(4).default(2),
  issue_type: z.string().default('task'),
  assignee: text,
  labels: z.array(z.string()).nullish(),
  external_ref: text,
  estimated_minutes: z.number().nullish(),
  due_at: time,
  defer_until: time,
  close_reason: text,
  dependencies: z.array(dependency).nullish(),
  comments: z.array(z.looseObject({ text })).nullish().catch(undefined),
  blocked_by: z.array(z.string().min(1)).nullish(),
});

/** What one issue needs of another: `issue` depends on `on`. */
export type IssueLink = { readonly on: string; readonly type: string };

/** An issue as the beads export has it. */
export type Issue = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly design: string;
  readonly acceptance: string;
  readonly notes: string;
  /** `open`, `in_progress`, `blocked`, `deferred`, `closed`, `pinned`, `hooked`, or a word of the project's own. */
  readonly status: string;
  /** 0 (most urgent) to 4. */
  readonly priority: number;
  readonly type: string;
  readonly assignee: string;
  readonly labels: readonly string[];
  readonly externalRef: string;
  readonly estimatedMinutes: number | undefined;
  /** ISO times. */
  readonly dueAt: string | undefined;
  readonly deferUntil: string | undefined;
  readonly closeReason: string;
  /** Their texts, in order. */
  readonly comments: readonly string[];
  /** `blocked_by` of old files is among them, as `blocks`. */
  readonly links: readonly IssueLink[];
  /** The 1-based line of the file. */
  readonly line: number;
};

export function toIssue(record: z.infer<typeof issueSchema>, line: number): Issue {
  const { id, title, description, design, acceptance_criteria, notes, status, priority, issue_type, assignee } = record;
  const blockers = (record.blocked_by ?? []).map(on => ({ on, type: 'blocks' }));
  const links = (record.dependencies ?? []).map(({ depends_on_id, type }) => ({ on: depends_on_id, type }));
  return {
    id,
    title,
    description,
    design,
    acceptance: acceptance_criteria,
    notes,
    status,
    priority,
    type: issue_type,
    assignee,
    labels: record.labels ?? [],
    externalRef: record.external_ref,
    estimatedMinutes: record.estimated_minutes ?? undefined,
    dueAt: record.due_at,
    deferUntil: record.defer_until,
    closeReason: record.close_reason,
    comments: (record.comments ?? []).map(comment => comment.text),
    links: [...links, ...blockers.filter(({ on }) => !links.some(link => link.on === on && isBlocking(link)))],
    line,
  };
}

const blocking = new Set(['blocks', 'conditional-blocks', 'waits-for']);

/** Whether an issue waits for the other end of a link. A child does not wait for its parent, and other links tell only a story. */
export const isBlocking = ({ type }: IssueLink) => blocking.has(type);

export const isClosed = ({ status }: Issue) => status === 'closed' || status === 'tombstone';

/** What an issue is a part of: by its link, else by its id (`app-7f.2` is a part of `app-7f`). */
export function parentId({ id, links }: Issue, known: ReadonlyMap<string, Issue>): string | undefined {
  const linked = links.find(({ type, on }) => type === 'parent-child' && on !== id)?.on;
  if (linked !== undefined) return linked;
  const named = /^(.+)\.\d+$/.exec(id)?.[1];
  return named !== undefined && known.has(named) ? named : undefined;
}
