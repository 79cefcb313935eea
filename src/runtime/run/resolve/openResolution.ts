import path from 'node:path';
import * as z from 'zod';
import type { ResolutionState } from '../../../domain/journal/journalState';
import type { ConflictedFile } from '../../../domain/merge/conflictKind';
import { openResolution } from '../../../domain/merge/openResolution';
import { integrationBranch, resolutionRef, resolutionWorktreeName } from '../../../domain/names';
import { mergeHead, mergeInWorktree, unmergedFiles } from '../../git/conflictedMerge';
import { indexLock, findListed, takeAway } from '../../git/unfinishedWorktree';
import { isThere } from '../../git/removalDemands';
import { lastCommitted } from '../earlierAttempts';
import type { RunContext } from '../runContext';
import { ResolutionError } from './resolutionError';

/** A conflicted merge that stands in a worktree of its own. */
export type OpenedResolution = {
  /** Absolute. */
  readonly worktree: string;
  readonly thread: string;
  /** Not decided yet. */
  readonly files: readonly ConflictedFile[];
};

/** What is merged: `theirs` onto `ours`, for the thread whose last commit is `tip`. */
export type Sides = { readonly ours: string; readonly theirs: string; readonly tip: string };
type Intent = Sides & { readonly path: string };

const made = z.strictObject({ path: z.string(), ours: z.string(), theirs: z.string(), files: z.array(z.string()) });

/**
 * The worktree in which a person resolves the conflict of a thread that waits for them, or repairs a merge that the checks refused:
 * the one that is open, or a new one with the merge onto the integration branch as it is now.
 * @throws {ResolutionError} `no-conflict`; {GitError}
 */
export async function resolveThread(context: RunContext, thread: string): Promise<OpenedResolution> {
  const { journal, git, streamId } = context;
  const open = openResolution(journal.state.resolutions, thread);
  if (open && (await isThere(open.worktree))) return opened(context, open);
  if (open) journal.append({ kind: 'resolution.closed', thread, number: open.number, how: 'abandoned' });
  const tip = tipOf(context, thread);
  if (tip === undefined) throw new ResolutionError('no-conflict', `Thread ${thread} has no merge that waits for you.`);
  const ours = await git.resolve(`refs/heads/${integrationBranch(streamId)}`);
  if (ours === undefined) throw new ResolutionError('gone', `Branch ${integrationBranch(streamId)} does not exist. Run the batch again.`);
  const last = journal.state.resolutions.findLast(each => each.thread === thread);
  // Cut off before the second worktree of a resolution was made, what was resolved in the first one is kept under a ref.
  const kept = last?.closed === 'again' && last.tip === tip ? await git.resolve(resolutionRef(streamId, thread)) : undefined;
  return beginResolution(context, thread, { ours, theirs: kept ?? tip, tip });
}

/** The work of a thread that could not be merged: because it conflicts, or because the merged tree does not pass the checks. */
function tipOf({ journal }: RunContext, thread: string): string | undefined {
  const merge = journal.state.threads.get(thread)?.merge;
  if (merge?.state === 'conflicted') return merge.theirs;
  return merge?.state === 'rejected' ? lastCommitted(journal.state, thread)?.commit : undefined;
}

/** Makes the worktree and the merge in it; an earlier try that was cut off is taken where it is whole, else made again. */
export async function beginResolution(context: RunContext, thread: string, sides: Sides): Promise<OpenedResolution> {
  const { journal, effects, worktrees, streamId } = context;
  const number = 1 + journal.state.resolutions.filter(each => each.thread === thread).length;
  const place = worktrees.pathOf(resolutionWorktreeName(streamId, thread, number));
  const key = `resolution/${thread}/${number}/worktree`;
  const { path: worktree, ...done } = await effects.run('worktree', key, { path: place, ...sides }, intent => make(context, intent), {
    schema: made,
    async settle(intent) {
      // Nobody was told of it yet, so that nothing of anybody's can be in it.
      if (await isWhole(context, intent)) return evidence(context, intent);
      await takeAway(context.git, intent.path);
      return undefined;
    },
  });
  journal.append({ kind: 'resolution.opened', thread, number, worktree, tip: sides.tip, ...done });
  const resolution = openResolution(journal.state.resolutions, thread);
  if (!resolution) throw new ResolutionError('not-open', `The resolution of thread ${thread} was not written down.`);
  return opened(context, resolution);
}

async function make(context: RunContext, intent: Intent): Promise<z.infer<typeof made>> {
  const { worktrees, git } = context;
  const { path: place } = await worktrees.addDetached({ name: path.basename(intent.path), commit: intent.ours });
  await mergeInWorktree(git, place, intent.theirs);
  return evidence(context, intent);
}

async function evidence({ git }: RunContext, { path: place, ours, theirs }: Intent): Promise<z.infer<typeof made>> {
  return { path: place, ours, theirs, files: (await unmergedFiles(git, place)).map(({ path: name }) => name) };
}

/** The merge was made to its end: git writes what is merged last, after the index and every file. */
async function isWhole({ git }: RunContext, { path: place, ours, theirs }: Intent): Promise<boolean> {
  const listed = await findListed(git, place);
  if (!listed || listed.locked === 'initializing' || listed.prunable !== undefined || listed.head !== ours) return false;
  return (await mergeHead(git, place)) === theirs && !(await isThere(await indexLock(git, place)));
}

async function opened({ git }: RunContext, { thread, worktree }: ResolutionState): Promise<OpenedResolution> {
  return { thread, worktree, files: await unmergedFiles(git, worktree) };
}
