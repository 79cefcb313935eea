import * as z from 'zod';
import { resolutionRules } from '../merge/conflictRules';
import { moves } from '../delivery/delivery';
import { foreseenConflictSchema } from '../merge/foreseen';
import { commandResultSchema } from '../merge/validation';
import { agentStates } from '../monitor/judge';
import { steps } from '../monitor/ladder';
import { verdicts } from '../review/stageVerdict';
import { outcomes } from '../outcome';
import { budgetAnswers, budgetKinds } from '../run/budget';
import { failureCauses, followUps } from '../run/retryPolicy';
import { taskStatuses } from '../taskStatus';

/**
 * What we decided and did, one line of `journal.jsonl` each. `v` is the version of the event's kind (`versions.ts` tells how
 * a kind is changed); a reader that does not know a kind or a version keeps the line and ignores it.
 */
const envelope = {
  v: z.int().positive(),
  /** 1, 2, 3, … without gaps within a journal. */
  seq: z.int().positive(),
  /** ISO time of the append, for people; nothing is decided by it. */
  at: z.string(),
  /** The driver's number; a line of a lower epoch than one seen before is ignored. */
  epoch: z.int().nonnegative(),
};

const event = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ ...envelope, kind: z.literal(kind), ...shape });

const isolation = z.enum(['task', 'thread', 'none']);
const outcome = z.enum(outcomes);
const taskStatus = z.enum(taskStatuses);
const tokens = z.strictObject({
  input: z.number(),
  output: z.number(),
  reasoning: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});

const fileChange = z.strictObject({
  path: z.string(),
  change: z.enum(['added', 'modified', 'deleted', 'renamed']),
  /** The old path of a renamed file. */
  from: z.string().optional(),
  /** Lines; absent for a binary file. */
  additions: z.number().optional(),
  deletions: z.number().optional(),
});

/** What is spent of which limit: turns of a task, dollars of the workstream. */
const figures = { run: z.string(), budget: z.enum(budgetKinds), task: z.string().optional(), spent: z.number(), limit: z.number() };

export const effectKinds = [
  'worktree',
  'setup',
  'session',
  'prompt',
  'step',
  'commit',
  'snapshot',
  'merge',
  'delivery',
  'removal',
] as const;
const effectKind = z.enum(effectKinds);

export const journalEventSchema = z.discriminatedUnion('kind', [
  /** One batch begins, or one stage: `batch` is the id of either. `branch` is the user's branch at that moment, null when HEAD is detached. */
  event('run.started', {
    run: z.string(),
    batch: z.string(),
    threads: z.array(z.string()),
    isolation,
    base: z.string(),
    branch: z.string().nullable(),
    /** The threads or tasks that were asked for, when it was not all of them. */
    only: z.array(z.string()).optional(),
    /** The task whose last attempt's agent shall go on, and what a person said to it. */
    goOn: z.strictObject({ task: z.string(), message: z.string() }).optional(),
    /** Its threads work on branches of their own, which stay as they are. */
    merges: z.literal(false).optional(),
  }),
  /** The next driver goes on with a run that its driver left in the middle. */
  event('run.resumed', { run: z.string(), batch: z.string() }),
  event('run.finished', { run: z.string(), batch: z.string(), outcome, merged: z.array(z.string()), blocked: z.array(z.string()) }),
  event('thread.started', { run: z.string(), thread: z.string() }),
  /** A thread that began waits for files that others have, who are named; null: it has them now. */
  event('thread.held', { run: z.string(), thread: z.string(), reason: z.string().nullable() }),
  event('thread.finished', { run: z.string(), thread: z.string(), outcome, reason: z.string().optional() }),
  /** A thread of the run never begins: it depends on `dependency`, which is, or waits for, `cause`, and that one ended unmerged. */
  event('thread.unreachable', { run: z.string(), thread: z.string(), dependency: z.string(), cause: z.string(), reason: z.string() }),
  /** `attempt` is `<task>#<number>`; `record` is its entry in `threads.json`; worktree and branch are absent in isolation `none`. */
  event('attempt.started', {
    run: z.string(),
    attempt: z.string(),
    task: z.string(),
    thread: z.string(),
    number: z.int().positive(),
    record: z.string(),
    agent: z.string(),
    model: z.string().nullable(),
    base: z.string(),
    worktree: z.string().optional(),
    branch: z.string().optional(),
    /** The attempt whose session and worktree it goes on in, and what a person said to its agent. */
    resumes: z.string().optional(),
    message: z.string().optional(),
  }),
  /** An attempt that was cut off goes on: with its driver, or with its agent, whose call `cut` may have run in part. */
  event('attempt.resumed', { attempt: z.string(), cut: z.string().nullable(), reason: z.string() }),
  /**
   * How an attempt ends and what follows it, before the files of `work/` say so: whoever goes on writes this end. `was`: the task's
   * status then, `status`: the one it gets; what a person made of the task since stays.
   */
  event('attempt.decided', {
    attempt: z.string(),
    outcome,
    was: taskStatus.optional(),
    status: taskStatus,
    reason: z.string().optional(),
    report: z.string().optional(),
    commit: z.string().optional(),
    cause: z.enum(failureCauses).optional(),
    next: z.enum(followUps),
  }),
  event('attempt.finished', {
    attempt: z.string(),
    outcome,
    reason: z.string().optional(),
    commit: z.string().optional(),
    report: z.string().optional(),
    cost: z.number().optional(),
    tokens: tokens.optional(),
    /** Answers of models in its session so far, sub-agents' too. */
    turns: z.int().nonnegative().optional(),
  }),
  /** Its agent was stopped in its turn and waits, until somebody says whether it may go on. */
  event('attempt.paused', { attempt: z.string(), reason: z.string() }),
  /** What its agent does, by evidence, since when and why; written when it is another state than the last one written. */
  event('attempt.judged', { attempt: z.string(), state: z.enum(agentStates), since: z.string(), reason: z.string() }),
  /** What was done because its agent made no progress: it was told to go on, stopped, tried again, or its task was blocked. */
  event('attempt.stepped', { attempt: z.string(), step: z.enum(steps), reason: z.string() }),
  /** What its agent changed, in the order in which it was done; a file may be named several times; `omitted` files are not named. */
  event('attempt.changed', { attempt: z.string(), files: z.array(fileChange), omitted: z.int().positive().optional() }),
  /** A message that was sent into a running attempt by a person or by us; `about`: the one question for a missing report. */
  event('attempt.messaged', { attempt: z.string(), by: z.enum(['user', 'work']), text: z.string(), about: z.literal('report').optional() }),
  /** A task's state in `tasks.json` changed; folded in from the inbox when somebody else wrote it. */
  event('task.reported', { task: z.string(), status: z.string(), report: z.string().optional(), by: z.enum(['agent', 'user', 'work']) }),
  /**
   * A file of records of `work/` was changed by none of our programs while these attempts were at work. It says nothing about who
   * did it, and nothing is undone.
   */
  event('file.changed', { file: z.string(), attempts: z.array(z.string()) }),
  event('merge.landed', { thread: z.string(), commit: z.string(), before: z.string(), branch: z.string() }),
  /** The thread changed nothing: a success without a commit. */
  event('merge.empty', { thread: z.string(), branch: z.string() }),
  event('merge.conflicted', { thread: z.string(), files: z.array(z.string()), ours: z.string(), theirs: z.string() }),
  /**
   * The project's checks on a candidate, up to the first red command; `threads` are those whose work it adds to its first parent.
   * `confirms`: it was red before, and was checked once more before anybody is held back for it.
   */
  event('merge.validated', {
    commit: z.string(),
    threads: z.array(z.string()),
    commands: z.array(commandResultSchema),
    confirms: z.literal(true).optional(),
  }),
  /**
   * What language services said of the files that a candidate changes, of as many as they said anything of. Evidence, no verdict;
   * `found` counts errors that are not told too.
   */
  event('merge.diagnosed', {
    commit: z.string(),
    threads: z.array(z.string()),
    looked: z.int().positive(),
    errors: z.array(z.strictObject({ file: z.string(), line: z.int().positive(), message: z.string(), source: z.string().optional() })),
    found: z.int().nonnegative(),
  }),
  /** A thread that could not be merged goes back to the agent whose attempt was the last; `number` counts from 1 in a run. */
  event('merge.returned', {
    run: z.string(),
    thread: z.string(),
    task: z.string(),
    attempt: z.string(),
    number: z.int().positive(),
    reason: z.string(),
  }),
  /** A thread's candidate was red: nothing moved. */
  event('merge.rejected', { thread: z.string(), commit: z.string(), reason: z.string() }),
  /** Conflicts that ended without an agent: by a person's hand, or by a rule that no meaning can be lost by. `commit` landed. */
  event('merge.resolved', {
    thread: z.string(),
    commit: z.string(),
    by: z.enum(['hand', 'rule']),
    files: z.array(z.strictObject({ path: z.string(), rule: z.enum(resolutionRules).optional() })),
  }),
  /**
   * The conflicted merge of a thread stands in a worktree of its own, for a person: `theirs` (the thread's `tip`, or an earlier
   * resolution of it) merged onto `ours`. `number` counts a thread's from 1.
   */
  event('resolution.opened', {
    thread: z.string(),
    number: z.int().positive(),
    worktree: z.string(),
    ours: z.string(),
    theirs: z.string(),
    tip: z.string(),
    files: z.array(z.string()),
  }),
  /** `again`: it conflicts with what the integration branch got meanwhile, and the next one begins from it. */
  event('resolution.closed', { thread: z.string(), number: z.int().positive(), how: z.enum(['landed', 'abandoned', 'again']) }),
  /** What would conflict if it were merged now, whole: without any, what was foreseen before is no longer true. */
  event('conflicts.foreseen', { run: z.string(), conflicts: z.array(foreseenConflictSchema) }),
  event('integration.updated', { branch: z.string(), before: z.string().nullable(), after: z.string(), reason: z.string() }),
  event('stage.approved', { stage: z.string(), by: z.string() }),
  event('stage.revoked', { stage: z.string(), by: z.string(), reason: z.string().optional() }),
  /** What a reviewing agent said of a stage at its gate, whose work is on the integration branch at `tip`. */
  event('stage.reviewed', {
    stage: z.string(),
    tip: z.string(),
    agent: z.string(),
    verdict: z.enum(verdicts),
    text: z.string(),
    /** Its session, and what that used. */
    session: z.string().optional(),
    cost: z.number().optional(),
  }),
  /** An agent that only reads was asked what threads leave open; `found`: those it said something usable of. */
  event('plan.populated', {
    /** A stage or a batch; `all` for everything at once. */
    phase: z.string(),
    threads: z.array(z.string()),
    found: z.array(z.string()),
    agent: z.string(),
    session: z.string(),
    cost: z.number().optional(),
  }),
  /** An approved stage's work is on the user's branch, which was at `before`; `key` is its effect, absent where nothing had to move. */
  event('stage.delivered', { stage: z.string(), branch: z.string(), before: z.string(), commit: z.string(), key: z.string().optional() }),
  /**
   * A delivery, or the undoing of one, did not happen, and why; `files` are those in the way. `halfWay`: it was cut off, and what it
   * left among the user's files could not be put back yet. `red`: the project's checks do not pass on what would be delivered.
   */
  event('delivery.refused', {
    stage: z.string(),
    action: z.enum(moves),
    branch: z.string().nullable(),
    reason: z.string(),
    files: z.array(z.string()),
    key: z.string().optional(),
    halfWay: z.literal(true).optional(),
    red: z.literal(true).optional(),
  }),
  /** The branch is back at `commit`, where it was before the stage was delivered. */
  event('delivery.undone', { stage: z.string(), branch: z.string(), before: z.string(), commit: z.string(), key: z.string() }),
  /** The plan as it was then: SHA-256 of its bytes. */
  event('plan.approved', { by: z.string(), hash: z.string() }),
  event('plan.revoked', { by: z.string(), reason: z.string().optional() }),
  /** How many agents may begin, of how many the user allows: fewer while providers are overloaded. */
  event('limit.changed', { limit: z.int().positive(), setting: z.int().positive() }),
  event('budget.warned', figures),
  event('budget.reached', figures),
  /** What a person said to it, or nobody was there to say; `limit` holds for the run, null for none. */
  event('budget.answered', { ...figures, answer: z.enum(budgetAnswers), limit: z.number().nullable(), by: z.enum(['user', 'work']) }),
  event('effect.intended', { effect: effectKind, key: z.string(), intent: z.json() }),
  event('effect.done', { effect: effectKind, key: z.string(), evidence: z.json() }),
  event('effect.failed', { effect: effectKind, key: z.string(), reason: z.string() }),
]);

export type JournalEvent = z.infer<typeof journalEventSchema>;
export type EffectKind = (typeof effectKinds)[number];
export type Isolation = z.infer<typeof isolation>;
/** What was done to one file. */
export type ChangedFile = z.infer<typeof fileChange>;
export type TokenCounts = z.infer<typeof tokens>;
export type JsonValue = z.infer<ReturnType<typeof z.json>>;

type WithoutEnvelope<E> = E extends JournalEvent ? Omit<E, 'v' | 'seq' | 'at' | 'epoch'> : never;
/** An event before the journal gave it its place. */
export type NewJournalEvent = WithoutEnvelope<JournalEvent>;
