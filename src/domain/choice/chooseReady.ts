import type { WaitReason } from '../graph/schedule';
import type { ReadinessState, ThreadReadiness } from '../graph/readiness';
import { ancestorId, isWithin } from '../ids';
import { mentionedFiles } from '../plan/fileMentions';
import { overlappingPaths } from '../reservations/pathOverlap';
import type { Reservation } from '../reservations/reservations';
import { blockedWords } from '../tree/blockedWords';
import type { ThreadNode } from '../tree/nodes';

export type ChoiceInput = {
  /** Every thread of the plan, in its order. */
  readonly readiness: readonly ThreadReadiness[];
  /** Files that differ where a thread's work stands that is not merged yet, by thread. */
  readonly touched: ReadonlyMap<string, readonly string[]>;
  /** What threads of other workstreams have reserved. */
  readonly elsewhere?: readonly Reservation[] | undefined;
  readonly max: number;
  /** Only of this stage; else of the first that has a thread that can begin. */
  readonly stage?: string | undefined;
};

/** A thread that is proposed. */
export type Chosen = {
  readonly thread: ThreadNode;
  /** Open tasks of it and of the heaviest chain that waits for it. */
  readonly work: number;
  /** What it says that it changes; else what its text mentions, and then nobody promised it. */
  readonly files: readonly string[];
  readonly declared: boolean;
};

/** Why a thread is not proposed. `files`: another one has them, `reserved`: one of another workstream; not `certain` where only its text mentions them. */
export type Hindrance =
  | { readonly kind: 'files'; readonly thread: string; readonly files: readonly string[]; readonly certain: boolean }
  | {
      readonly kind: 'reserved';
      readonly thread: string;
      /** The workstream of that thread, as its journal's folder names it. */
      readonly stream: string;
      readonly files: readonly string[];
      readonly certain: boolean;
    }
  | { readonly kind: 'limit'; readonly max: number }
  | { readonly kind: 'blocked'; readonly reason: string | undefined }
  | { readonly kind: 'waits'; readonly waits: readonly WaitReason[] }
  | { readonly kind: 'gated' | 'running' };

export type NotChosen = {
  readonly thread: ThreadNode;
  readonly why: Hindrance;
  /** A person may choose it all the same. */
  readonly canBegin: boolean;
};

export type Choice = { readonly stage: string | undefined; readonly chosen: readonly Chosen[]; readonly others: readonly NotChosen[] };

/**
 * Up to `max` threads of one stage that can begin together: what has the most work waiting behind it first, else in the plan's order,
 * and never two that may touch the same file. What a thread touches is what it declares (`**Files:**`) and has reserved; where its work
 * is not merged yet, also what differs in its worktree; what threads of other workstreams have reserved is theirs. One that declares nothing is held apart by the files its text mentions:
 * that is a guess, so a person is told so, and may choose it all the same.
 */
export function chooseReady(input: ChoiceInput): Choice {
  const stage = input.stage ?? stageOf(input.readiness);
  const own = input.readiness.filter(({ thread, state }) => stage !== undefined && isWithin(thread.id, stage) && state !== 'done');
  const taken: Taken[] = input.readiness.flatMap(entry => unmergedWork(entry, input.touched));
  const chosen: Chosen[] = [];
  const hindrances = new Map<string, Hindrance>();
  for (const { thread, work } of inOrder(own.filter(({ state }) => state === 'ready'))) {
    const paths = pathsOf(thread, input.touched);
    const conflict =
      taken.map(other => meeting(thread.id, paths, other)).find(found => found !== undefined) ??
      (input.elsewhere ?? []).map(other => meetingElsewhere(paths, other)).find(found => found !== undefined);
    if (conflict) {
      hindrances.set(thread.id, conflict);
    } else if (chosen.length >= input.max) {
      hindrances.set(thread.id, { kind: 'limit', max: input.max });
    } else {
      const declared = thread.files.length > 0;
      chosen.push({ thread, work, declared, files: declared ? thread.files : paths.guessed });
      taken.push({ thread: thread.id, ...paths });
    }
  }
  const proposed = new Set(chosen.map(({ thread }) => thread.id));
  const others = own.flatMap((entry): readonly NotChosen[] => {
    const { thread, state } = entry;
    if (proposed.has(thread.id)) return [];
    const why = hindrances.get(thread.id) ?? hindranceOf(entry);
    return [{ thread, why, canBegin: state === 'ready' || state === 'blocked' }];
  });
  return { stage, chosen, others };
}

type Paths = { readonly known: readonly string[]; readonly guessed: readonly string[] };
type Taken = Paths & { readonly thread: string };

function pathsOf(thread: ThreadNode, touched: ReadonlyMap<string, readonly string[]>): Paths {
  const known = [...new Set([...thread.files, ...thread.reserved.map(({ path }) => path), ...(touched.get(thread.id) ?? [])])];
  const guessed = thread.files.length > 0 ? [] : mentionedFiles(`${thread.summary}\n${thread.details}`);
  return { known, guessed };
}

/** Of a thread whose agent is at work, or whose work is in its worktree and not merged. */
function unmergedWork({ thread, state }: ThreadReadiness, touched: ReadonlyMap<string, readonly string[]>): readonly Taken[] {
  if (state === 'running') return [{ thread: thread.id, ...pathsOf(thread, touched) }];
  const known = [...thread.reserved.map(({ path }) => path), ...(touched.get(thread.id) ?? [])];
  return known.length > 0 ? [{ thread: thread.id, known, guessed: [] }] : [];
}

/** What two threads may both touch; certain where both say or show it. */
function meeting(thread: string, paths: Paths, other: Taken): Hindrance | undefined {
  if (other.thread === thread) return undefined;
  const shared = common(paths, other);
  return shared && { kind: 'files', thread: other.thread, ...shared };
}

function meetingElsewhere(paths: Paths, { stream, thread, path }: Reservation): Hindrance | undefined {
  const shared = common(paths, { known: [path], guessed: [] });
  return shared && { kind: 'reserved', stream, thread, ...shared };
}

function common(paths: Paths, other: Paths): { readonly files: readonly string[]; readonly certain: boolean } | undefined {
  const certain = overlappingPaths(paths.known, other.known);
  if (certain.length > 0) return { files: certain, certain: true };
  const files = overlappingPaths([...paths.known, ...paths.guessed], [...other.known, ...other.guessed]);
  return files.length > 0 ? { files, certain: false } : undefined;
}

function hindranceOf({ thread, state, waits }: ThreadReadiness): Hindrance {
  switch (state) {
    case 'running':
    case 'gated':
      return { kind: state };
    case 'blocked':
      return { kind: 'blocked', reason: blockedWords(thread)[0] };
    case 'waiting':
    case 'ready':
    case 'done':
      return { kind: 'waits', waits };
  }
}

/** The most work behind it first; the plan's order where it is the same. */
const inOrder = (entries: readonly ThreadReadiness[]) => entries.toSorted((left, right) => right.work - left.work);

function stageOf(readiness: readonly ThreadReadiness[]): string | undefined {
  const first = (states: readonly ReadinessState[]) => readiness.find(({ state }) => states.includes(state))?.thread.id;
  const thread = first(['ready']) ?? first(['blocked']) ?? first(['waiting', 'gated', 'running']);
  return thread === undefined ? undefined : ancestorId(thread, 'stage');
}
