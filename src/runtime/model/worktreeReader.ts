import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Limiter } from '../../common/limiter';
import type { Logger } from '../../common/logger';
import { integrationBranch, integrationWorktreeName } from '../../domain/names';
import type { CoordinatedBy } from '../../domain/coordinator/coordinatorState';
import type {
  RepositoryWorktrees,
  WorktreeCondition,
  WorktreeFacts,
  WorktreeOwner,
  WorktreeStanding,
} from '../../domain/worktrees/worktreeFacts';
import { deletedInOrder, inOrder } from '../../domain/worktrees/worktreeOrder';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { isAbandoned } from '../git/abandonedLock';
import { isBelow, isSamePath, realPathOf } from '../git/paths';
import { listWorktrees, type WorktreeInfo } from '../git/worktreeList';
import { aheadBehind, readWorktreeStatus, worktreeSince } from '../git/worktreeStatus';
import { readDeletedWorktrees } from './deletedWorktrees';
import type { ReadDriver } from './driverPresence';
import {
  readJournalledWorktrees,
  readNames,
  readResolutions,
  type OpenResolution,
  type JournalledWorktree,
  type StreamNames,
} from './worktreeAttempts';

/** Where the facts about the worktrees of one repository come from. */
export type WorktreeSources = {
  readonly git: Git;
  readonly files: Pick<WorkFiles, 'root' | 'readIndex' | 'readTasks'>;
  /** Where ours are; absolute. */
  readonly directory: () => string;
  /** Whether this process carries out batches of the repository; others are found by `readDriver`. */
  readonly isDriving: () => boolean;
  readonly readDriver: ReadDriver;
  /** In an untrusted repository nobody looks into worktrees: its settings may make git run programs then. */
  readonly isTrusted: () => boolean;
  /** What other coordinators keep about worktrees of the repository. */
  readonly coordinated?: () => Promise<readonly CoordinatedBy[]>;
  readonly logger: Logger;
};

/** What is known when the single worktrees are looked into. */
type Context = {
  readonly names: StreamNames;
  readonly journalled: ReadonlyMap<string, JournalledWorktree>;
  readonly resolutions: ReadonlyMap<string, OpenResolution>;
  readonly directory: string;
  /** Tips of the integration branches, by workstream. */
  readonly tips: ReadonlyMap<string, string>;
  readonly signal: AbortSignal | undefined;
};

/** Worktrees whose status is asked for at once: each costs a process and reads a whole tree. */
const width = 4;

/** Every worktree of the repository and what can be restored, as they are now. @throws {GitError} when they cannot be listed. */
export async function readWorktrees(sources: WorktreeSources, signal?: AbortSignal): Promise<RepositoryWorktrees> {
  const { git, files } = sources;
  const [infos, names, commonDir] = await Promise.all([listWorktrees(git), readNames(files), git.commonDir()]);
  const isDriven = sources.isDriving() || (await sources.readDriver()) !== undefined;
  const context: Context = {
    names,
    journalled: await readJournalledWorktrees(commonDir, names, isDriven),
    resolutions: await readResolutions(commonDir, names),
    directory: await realPathOf(sources.directory()),
    tips: await integrationTips(git, names),
    signal,
  };
  const limiter = new Limiter(width);
  const [worktrees, deleted, coordinated = []] = await Promise.all([
    Promise.all(infos.map(info => limiter.run(() => readWorktree(sources, context, info), signal))),
    readDeletedWorktrees(git, context),
    sources.coordinated?.(),
  ]);
  return { root: files.root, worktrees: inOrder(worktrees), deleted: deletedInOrder(deleted, worktrees), coordinated };
}

async function readWorktree(sources: WorktreeSources, context: Context, info: WorktreeInfo): Promise<WorktreeFacts> {
  const place = await realPathOf(info.path).catch(() => info.path);
  const known = context.journalled.get(place);
  const integrates = [...context.names.tasks.keys()].find(id =>
    isSamePath(place, path.join(context.directory, integrationWorktreeName(id))),
  );
  const owner = ownerOf(info, place, context, known, integrates);
  const condition = await conditionOf(sources, info, context.signal);
  const resolution = context.resolutions.get(place);
  const stream = known?.stream ?? integrates ?? resolution?.stream;
  return {
    path: info.path,
    owner,
    branch: info.branch,
    head: info.head,
    locked: info.locked !== undefined && isAbandoned(info.locked) ? undefined : info.locked,
    condition,
    standing: await standingOf(sources, context, { owner, stream, head: info.head, known }),
    stream,
    attempt: known?.attempt,
    resolves: resolution?.thread,
    base: known?.base ?? resolution?.base,
    since: known?.startedAt ?? (condition.kind === 'missing' ? undefined : await worktreeSince(info.path)),
  };
}

function ownerOf(
  info: WorktreeInfo,
  place: string,
  { directory, resolutions }: Context,
  known: JournalledWorktree | undefined,
  integrates: string | undefined,
): WorktreeOwner {
  if (info.isMain) return 'main';
  if (known) return 'attempt';
  if (integrates !== undefined) return 'integration';
  if (resolutions.has(place)) return 'resolution';
  return isBelow(place, directory) ? 'ours' : 'foreign';
}

/** What fails is a condition: one broken worktree must not hide the others. */
async function conditionOf(
  { git, isTrusted, logger }: WorktreeSources,
  { path: worktree, prunable, locked }: WorktreeInfo,
  signal: AbortSignal | undefined,
): Promise<WorktreeCondition> {
  if (prunable !== undefined || !(await exists(worktree))) return { kind: 'missing' };
  if (locked === 'initializing') return { kind: 'unfinished' };
  if (!isTrusted()) return { kind: 'unread' };
  try {
    return { kind: 'read', ...(await readWorktreeStatus(git, worktree, signal)) };
  } catch (error) {
    signal?.throwIfAborted();
    logger.warn(`the state of ${worktree} is unknown: ${String(error)}`);
    return { kind: 'unread', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function standingOf(
  { git, logger }: WorktreeSources,
  { names, tips, signal }: Context,
  worktree: {
    readonly owner: WorktreeOwner;
    readonly stream: string | undefined;
    readonly head: string | undefined;
    readonly known: JournalledWorktree | undefined;
  },
): Promise<WorktreeStanding | undefined> {
  const { owner, head, known } = worktree;
  const stream = owner === 'main' ? names.current : worktree.stream;
  const tip = stream === undefined ? undefined : tips.get(stream);
  if (stream === undefined || tip === undefined || head === undefined || (owner !== 'main' && owner !== 'attempt')) return undefined;
  try {
    const counts = await aheadBehind(git, head, tip, signal);
    // Without a commit of its own it lags behind, but nothing was merged.
    const isIn = counts.ahead === 0 && known !== undefined && head !== known.base;
    return { branch: integrationBranch(stream), ...counts, merged: isIn || known?.mergedCommit === head };
  } catch (error) {
    signal?.throwIfAborted();
    logger.warn(`${head} cannot be compared with ${integrationBranch(stream)}: ${String(error)}`);
    return undefined;
  }
}

async function integrationTips(git: Git, { tasks }: StreamNames): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await git.run(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads/work']);
  const commits = new Map(stdout.split('\n').map(line => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
  const tips = new Map<string, string>();
  for (const id of tasks.keys()) {
    const tip = commits.get(integrationBranch(id));
    if (tip !== undefined) tips.set(id, tip);
  }
  return tips;
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
