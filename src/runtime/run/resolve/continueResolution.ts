import { isStateFile } from '../../../domain/files/stateFiles';
import type { ResolutionState } from '../../../domain/journal/journalState';
import type { ConflictedFile } from '../../../domain/merge/conflictKind';
import { integrationBranch, resolutionRef } from '../../../domain/names';
import type { ThreadNode } from '../../../domain/tree/nodes';
import { shownPath } from '../../git/bytePath';
import { changedSinceMarked, indexTree, markAll, mergeHead, unmergedFiles } from '../../git/conflictedMerge';
import type { Git } from '../../git/git';
import { mergeTrees } from '../../git/mergeTrees';
import { pathDifferences } from '../../git/pathDifferences';
import { isThere } from '../../git/removalDemands';
import { trailersOf } from '../commitWork';
import { mergeEvidence, noteEnd, settleLanded, tryMerge, type MergeEvidence } from '../mergeThread';
import type { RunContext } from '../runContext';
import { closeResolution, demandOpen } from './closeResolution';
import { beginResolution, type OpenedResolution } from './openResolution';
import { ResolutionError } from './resolutionError';

/** What came of *Continue Merge*. In all but the first the worktree is there, with everything in it. */
export type ContinuedResolution =
  | { readonly kind: 'landed' | 'empty'; readonly branch: string }
  /** Files that git still has in conflict. */
  | { readonly kind: 'unresolved'; readonly files: readonly ConflictedFile[] }
  /** Files that were changed after they were marked resolved. */
  | { readonly kind: 'changed'; readonly files: readonly string[] }
  /** The project's checks are red on it. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** The integration branch has moved on, and what came conflicts with the resolution: once more, in another worktree. */
  | { readonly kind: 'again'; readonly opened: OpenedResolution };

/**
 * Takes what a person resolved: committed as a merge candidate, checked like every candidate, landed when it is green.
 * @throws {ResolutionError} `not-open`; `gone` when the worktree or the merge in it is not there any more
 */
export async function continueResolution(context: RunContext, thread: ThreadNode, signal: AbortSignal): Promise<ContinuedResolution> {
  const open = demandOpen(context, thread.id);
  const known = context.journal.state.threads.get(thread.id)?.merge;
  if (known?.state === 'landed' || known?.state === 'empty') return finish(context, thread, open, known.state);
  const { git } = context;
  await demandMerge(context, open);
  const files = await unmergedFiles(git, open.worktree);
  if (files.length > 0) return { kind: 'unresolved', files };
  if (open.files.length === 0) await markAll(git, open.worktree);
  const changed = await changedSinceMarked(git, open.worktree);
  if (changed.length > 0) return { kind: 'changed', files: changed };
  const tree = await indexTree(git, open.worktree);
  const byHand = open.files.length > 0 ? open.files : await changedByHand(git, open, tree);
  const evidence = await land(context, thread, open, { tree, byHand }, signal);
  switch (evidence.kind) {
    case 'landed':
    case 'empty':
      noteHand(context, open.thread, byHand, evidence);
      noteEnd(context, thread.id, evidence);
      if (evidence.kind === 'landed') await standOn(context, open, evidence.commit, tree);
      return finish(context, thread, open, evidence.kind);
    case 'rejected':
      context.observer.notice(`${thread.id}: the merge that was resolved by hand does not pass: ${evidence.reason}`);
      return { kind: 'rejected', reason: evidence.reason };
    case 'conflict': {
      noteEnd(context, thread.id, { ...evidence, theirs: open.tip });
      await git.updateRef(resolutionRef(context.streamId, thread.id), evidence.theirs);
      await closeResolution(context, open, 'again');
      const { ours, theirs } = evidence;
      return { kind: 'again', opened: await beginResolution(context, thread.id, { ours, theirs, tip: open.tip }) };
    }
  }
}

/** Each tree that was left is tried once, and once more whenever a person says so after it was red. */
function land(
  context: RunContext,
  thread: ThreadNode,
  { number, ours, theirs, tip }: ResolutionState,
  { tree, byHand }: { readonly tree: string; readonly byHand: readonly string[] },
  signal: AbortSignal,
): Promise<MergeEvidence> {
  const { effects, journal, clock, streamId } = context;
  const prefix = `resolution/${thread.id}/${number}/merge/${tree}/`;
  const tried = [...journal.state.effects.values()].filter(({ key, state }) => key.startsWith(prefix) && state === 'done').length;
  const intent = {
    tip,
    ours,
    theirs,
    tree,
    branch: integrationBranch(streamId),
    intentDate: clock.now(),
    validationsBefore: journal.state.validations.length,
  };
  const act = ({ intentDate, validationsBefore }: typeof intent) =>
    tryMerge(
      context,
      {
        thread: thread.id,
        tip,
        message: `Merge thread ${thread.id}: ${thread.name}`,
        trailers: { ...trailersOf(streamId, thread.id, undefined, undefined), 'Resolved-By-Hand': byHand.join(', ') || 'no file' },
        intentDate,
        validationsBefore,
        resolved: { ours, theirs, tree },
      },
      signal,
    );
  return effects.run('merge', `${prefix}${tried + 1}`, intent, act, { schema: mergeEvidence });
}

/** @throws {ResolutionError} `gone` */
async function demandMerge({ git }: RunContext, { worktree, ours, theirs, thread }: ResolutionState): Promise<void> {
  if (!(await isThere(worktree))) {
    throw new ResolutionError('gone', `The worktree ${worktree} is gone. Resolve the conflict of thread ${thread} anew.`);
  }
  const { sha } = await git.head(worktree);
  const isMerging = sha === ours && (await mergeHead(git, worktree)) === theirs;
  // Who commits it with git has resolved it as well.
  const isCommitted = sha !== undefined && sha !== ours && (await git.isAncestor(ours, sha)) && (await git.isAncestor(theirs, sha));
  if (isMerging || isCommitted) return;
  throw new ResolutionError(
    'gone',
    `The merge in ${worktree} was taken back there, so nothing can be continued. Abandon the resolution, then resolve the conflict anew.`,
  );
}

function noteHand({ journal }: RunContext, thread: string, files: readonly string[], evidence: MergeEvidence): void {
  if (evidence.kind !== 'landed' || files.length === 0) return;
  const { commit } = evidence;
  if (journal.state.resolved.some(known => known.commit === commit && known.by === 'hand')) return;
  journal.append({ kind: 'merge.resolved', thread, commit, by: 'hand', files: files.map(path => ({ path })) });
}

/** What a person changed of a merge that had no conflict, only checks that refused it. */
async function changedByHand(git: Git, { ours, theirs, worktree }: ResolutionState, tree: string): Promise<readonly string[]> {
  const merged = await mergeTrees(git, { onto: ours, theirs, cwd: worktree });
  return (await pathDifferences(git, merged.tree, tree)).map(({ path }) => shownPath(path)).filter(path => !isStateFile(path));
}

/** What landed is all that the worktree holds: with HEAD on it, nothing has to be kept when it goes. */
async function standOn({ git }: RunContext, { worktree }: ResolutionState, commit: string, tree: string): Promise<void> {
  const { stdout } = await git.run(['rev-parse', '--verify', `${commit}^{tree}`]);
  if (stdout.trim() === tree) await git.run(['update-ref', '--no-deref', 'HEAD', commit], { cwd: worktree });
}

async function finish(
  context: RunContext,
  thread: ThreadNode,
  open: ResolutionState,
  kind: 'landed' | 'empty',
): Promise<ContinuedResolution> {
  await settleLanded(context, thread);
  await closeResolution(context, open, 'landed');
  return { kind, branch: integrationBranch(context.streamId) };
}
