import type { DeliveryResult } from '../../domain/delivery/deliveryWords';
import type { RunState } from '../../domain/journal/journalState';
import { standingDeliveries, type Delivered } from '../../domain/delivery/delivery';
import { ancestorId } from '../../domain/ids';
import { integrationBranch, integrationRevision } from '../../domain/names';
import type { StageNode } from '../../domain/tree/nodes';
import { buildCandidate } from '../git/candidates';
import type { Git } from '../git/git';
import { lostMerges } from '../run/lostMerges';
import { carryOut, refuse, refuseObstacles, type DeliveryContext, type MoveIntent } from './carryOut';
import { refuseRed, type DeliverOptions } from './checkMerged';
import { DeliveryRefusal } from './deliveryRefusal';
import { findCheckout } from './findCheckout';
import { reachOf, type Reach } from './reachOf';

/**
 * Brings the integration branch, as far as the stage reaches, into the branch that was checked out when the workstream first ran.
 * Either all of it lands, with what the user has uncommitted elsewhere kept, or nothing happens and what is in the way is named.
 * Merged with commits of the user it is a commit that nobody has seen: the project's checks must be green on it.
 */
export async function deliverStage(
  context: DeliveryContext,
  stage: Pick<StageNode, 'id' | 'name'>,
  options: DeliverOptions = {},
): Promise<DeliveryResult> {
  const { git, journal, streamId } = context;
  const [first] = journal.state.runs;
  const tip = await git.resolve(`refs/heads/${integrationBranch(streamId)}`);
  if (!first) return { kind: 'nothing', stage: stage.id, reason: 'No batch of this workstream was run here.' };
  if (tip === undefined) return { kind: 'nothing', stage: stage.id, reason: 'Nothing was merged: the work is where its agents did it.' };
  const about = { action: 'deliver', stage: stage.id, branch: first.branch } as const;
  try {
    const target = await targetOf(context, first);
    const isDue = (thread: string) => Number(ancestorId(thread, 'stage')) <= Number(stage.id);
    const lost = await lostMerges(git, { streamId, state: journal.state, tip }, isDue);
    if (lost !== undefined) throw new DeliveryRefusal(`${lost} Nothing was delivered.`);
    const reach = await reachOf(git, context.journalFolder, { tip, before: target.before, stage: stage.id });
    const { commit, held } = reach;
    const intent = commit === undefined ? undefined : await intend(context, stage, { ...target, ...reach, tip: commit }, options);
    if (intent) return await carryOut(context, nextKey(context, stage.id), intent);
    const { branch, before } = target;
    journal.append({ kind: 'stage.delivered', stage: stage.id, branch, before, commit: before });
    return { kind: 'current', stage: stage.id, branch, ...(held.length > 0 ? { held } : {}) };
  } catch (error) {
    return refuse(context, about, error);
  }
}

/** Takes the last delivery back, while nothing came after it. `stage`: only if it is this one's. */
export async function undoDelivery(context: DeliveryContext, stage?: string): Promise<DeliveryResult> {
  const { git, journal } = context;
  const last = standingDeliveries(journal.state.deliveries).at(-1);
  if (!last) {
    return { kind: 'refused', action: 'undo', stage: stage ?? '', branch: null, reason: 'There is no delivery to undo.', files: [] };
  }
  const about = { action: 'undo', stage: stage ?? last.stage, branch: last.branch } as const;
  try {
    if (stage !== undefined && stage !== last.stage) {
      throw new DeliveryRefusal(`Stage ${Number(last.stage)} was the last one delivered. Only its delivery can be undone.`);
    }
    const { branch, commit, before } = last;
    const tip = await git.resolve(`refs/heads/${branch}`);
    if (tip !== commit) throw new DeliveryRefusal(await whyNotUndone(git, last, tip));
    const intent: MoveIntent = {
      action: 'undo',
      stage: last.stage,
      branch,
      checkout: await findCheckout(git, branch),
      before: commit,
      after: before,
    };
    await refuseObstacles(git, intent);
    return await carryOut(context, nextKey(context, last.stage), intent);
  } catch (error) {
    return refuse(context, about, error);
  }
}

/** What became of the branch since, and how the delivery is reverted in it: each commit that the branch moved on by, merges too. */
async function whyNotUndone(git: Git, { branch, before, commit }: Delivered, tip: string | undefined): Promise<string> {
  if (tip === undefined) return `Branch ${branch} is gone: there is nothing to undo.`;
  const [now, from, to] = [tip, before, commit].map(id => id.slice(0, 10));
  if (!(await git.isAncestor(commit, tip))) {
    return `${branch} is at ${now} now and does not hold what was delivered any more: there is nothing to undo.`;
  }
  return `Something came after the delivery: ${branch} is at ${now} now, not at ${to}. Nothing was undone; revert it by hand: git revert -m 1 --first-parent ${from}..${to}.`;
}

type Target = { readonly branch: string; readonly before: string; readonly base: string };

const byHand = (streamId: string) => `Bring it in by hand: git merge ${integrationRevision(streamId)}.`;

/** The branch that a workstream is delivered to, as it is now. @throws {DeliveryRefusal} when there is none */
async function targetOf({ git, streamId }: DeliveryContext, { branch, base }: RunState): Promise<Target> {
  if (branch === null) {
    throw new DeliveryRefusal(
      `No branch was checked out when this workstream first ran, so there is none to deliver to. ${byHand(streamId)}`,
    );
  }
  const before = await git.resolve(`refs/heads/${branch}`);
  if (before !== undefined) return { branch, before, base };
  throw new DeliveryRefusal(
    `Branch ${branch}, which was checked out when this workstream first ran, does not exist any more. ${byHand(streamId)}`,
  );
}

/** The one move that brings the branch up to `tip`; undefined when it is there. @throws {DeliveryRefusal} */
async function intend(
  context: DeliveryContext,
  stage: Pick<StageNode, 'id' | 'name'>,
  { branch, before, base, tip, along, held }: Target & Omit<Reach, 'commit'> & { readonly tip: string },
  options: DeliverOptions,
): Promise<MoveIntent | undefined> {
  const { git, streamId, streamTitle, clock } = context;
  if (await git.isAncestor(tip, before)) return undefined;
  const isBehind = await git.isAncestor(before, tip);
  if (!isBehind && !(await git.isAncestor(base, before))) {
    throw new DeliveryRefusal(
      `Branch ${branch} no longer holds commit ${base.slice(0, 10)}, from which this workstream began: it was rebased or reset. Nothing was delivered. ${byHand(streamId)}`,
    );
  }
  const checkout = await findCheckout(git, branch);
  const candidate = await buildCandidate(git, {
    onto: before,
    theirs: tip,
    strategy: 'no-ff',
    message: `Deliver stage ${stage.id} of ${streamTitle}: ${stage.name}`,
    trailers: { Workstream: streamId, Stage: stage.id },
    date: clock.now(),
    cwd: checkout ?? git.root,
  });
  if (candidate.kind === 'empty') return undefined;
  if (candidate.kind === 'conflict') {
    throw new DeliveryRefusal(
      `What was committed to ${branch} meanwhile conflicts with this workstream in ${candidate.files.join(', ')}. Nothing was delivered. ${byHand(streamId)}`,
      candidate.files,
    );
  }
  const isTip = isBehind && candidate.leftOut.length === 0;
  const intent: MoveIntent = {
    ...{ action: 'deliver', stage: stage.id, branch, checkout, before, after: isTip ? tip : candidate.commit },
    ...(along.length > 0 ? { along: [...along] } : {}),
    ...(held.length > 0 ? { held: [...held] } : {}),
  };
  await refuseObstacles(git, intent);
  if (!isTip) await refuseRed(context, intent, options);
  return intent;
}

/** Every try is an effect of its own. */
function nextKey({ journal }: DeliveryContext, stage: string): string {
  const prefix = `${stage}/delivery/`;
  return `${prefix}${[...journal.state.effects.keys()].filter(key => key.startsWith(prefix)).length + 1}`;
}
