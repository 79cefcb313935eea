import * as z from 'zod';
import type { Move } from '../../domain/delivery/delivery';
import { moves } from '../../domain/delivery/delivery';
import type { DeliveryResult } from '../../domain/delivery/deliveryWords';
import { obstacleList, obstacleRemedy } from '../../domain/delivery/obstacles';
import { clearKilledMove, HalfWayError, moveBranch, refuseLocked, undoHalfWay, type BranchMove } from '../git/checkoutMove';
import type { Git } from '../git/git';
import { isGitError } from '../git/gitError';
import { inTheWay } from '../git/inTheWay';
import { pathDifferences } from '../git/pathDifferences';
import type { RunContext } from '../run/runContext';
import { DeliveryRefusal } from './deliveryRefusal';
import { findCheckout } from './findCheckout';

export type DeliveryContext = Pick<
  RunContext,
  'git' | 'journal' | 'journalFolder' | 'effects' | 'streamId' | 'streamTitle' | 'clock' | 'logger' | 'queue' | 'validate'
>;

/** The intent of a `delivery` effect. */
export const intentSchema = z.strictObject({
  action: z.enum(moves),
  stage: z.string(),
  branch: z.string(),
  checkout: z.string().nullable(),
  before: z.string(),
  after: z.string(),
  /** Threads of later stages that come along, and that stay behind. */
  along: z.array(z.string()).optional(),
  held: z.array(z.string()).optional(),
});
export type MoveIntent = z.infer<typeof intentSchema>;
const evidenceSchema = z.strictObject({ commit: z.string() });

/**
 * Moves the branch as an effect: at most once, and what a driver that died left of it is put back or taken as done first. Journals
 * how it ended.
 */
export async function carryOut(context: DeliveryContext, key: string, intent: MoveIntent): Promise<DeliveryResult> {
  const { git, effects, journal } = context;
  const { action, stage, branch, before, after, along, held } = intent;
  try {
    await effects.run('delivery', key, intent, move => act(git, move), { schema: evidenceSchema, settle: move => settle(git, move) });
  } catch (error) {
    return refuse(context, { action, stage, branch, key }, error);
  }
  if (action === 'deliver') journal.append({ kind: 'stage.delivered', stage, branch, before, commit: after, key });
  else journal.append({ kind: 'delivery.undone', stage, branch, before, commit: after, key });
  const files = (await pathDifferences(git, before, after)).length;
  const others = { ...(along ? { along } : {}), ...(held ? { held } : {}) };
  return { kind: 'moved', action, stage, branch, before, commit: after, files, ...others };
}

/** Journals why nothing moved. What is no refusal is thrown on. */
export function refuse(
  { journal }: DeliveryContext,
  { action, stage, branch, key }: { readonly action: Move; readonly stage: string; readonly branch: string | null; readonly key?: string },
  error: unknown,
): DeliveryResult {
  if (!(error instanceof DeliveryRefusal || error instanceof HalfWayError || isGitError(error))) throw error;
  const files = isGitError(error) ? [] : error.files;
  const halfWay = error instanceof HalfWayError;
  const reason = halfWay ? halfWayReason(error) : error.message;
  const [ofKey, ofHalfWay] = [key === undefined ? {} : { key }, halfWay ? { halfWay: true as const } : {}];
  const ofChecks = error instanceof DeliveryRefusal && error.isRed ? { red: true as const } : {};
  journal.append({ kind: 'delivery.refused', stage, action, branch, reason, files: [...files], ...ofKey, ...ofHalfWay, ...ofChecks });
  const output = error instanceof DeliveryRefusal ? error.output : undefined;
  return { kind: 'refused', action, stage, branch, reason, files, ...ofChecks, ...(output ? { output } : {}) };
}

/**
 * Looks for whatever of the user's is in the way, before anything is intended.
 * @throws {DeliveryRefusal} naming the files; {GitError} `locked`
 */
export async function refuseObstacles(git: Git, { action, branch, checkout, before, after }: BranchMove): Promise<void> {
  if (checkout === null) return;
  await refuseLocked(git, checkout);
  const obstacles = await inTheWay(git, checkout, await pathDifferences(git, before, after));
  if (obstacles.length === 0) return;
  const what = action === 'deliver' ? `Nothing was delivered to ${branch}` : `The delivery to ${branch} was not undone`;
  const list = obstacleList(obstacles);
  throw new DeliveryRefusal(
    `${what}: files in ${checkout} are in the way (${list}). ${obstacleRemedy(obstacles)}, then try again.`,
    obstacles.map(({ path }) => path),
  );
}

async function act(git: Git, move: MoveIntent): Promise<{ readonly commit: string }> {
  const { branch, before, after, checkout } = move;
  const tip = await git.resolve(`refs/heads/${branch}`);
  if (tip !== before) {
    throw new DeliveryRefusal(
      `Branch ${branch} was moved by somebody else meanwhile: it is at ${tip?.slice(0, 10) ?? 'no commit'}. Try again.`,
    );
  }
  if ((await findCheckout(git, branch)) !== checkout) {
    throw new DeliveryRefusal(`Branch ${branch} was checked out somewhere else meanwhile. Try again.`);
  }
  await refuseObstacles(git, move);
  await moveBranch(git, move);
  return { commit: after };
}

/** After a crash: done when the branch is there; else what was left half-way is put back, so that it can be done again. */
async function settle(git: Git, move: MoveIntent): Promise<{ readonly commit: string } | undefined> {
  const tip = await git.resolve(`refs/heads/${move.branch}`);
  if (tip === move.after) return { commit: move.after };
  if (tip !== move.before || move.checkout === null) return undefined;
  if ((await findCheckout(git, move.branch)) !== move.checkout) return undefined;
  await clearKilledMove(git, move);
  const again = await git.resolve(`refs/heads/${move.branch}`); // a git that outlived its driver may have finished it meanwhile
  if (again === move.after) return { commit: move.after };
  await undoHalfWay(git, move);
  return undefined;
}

function halfWayReason({ message, files }: HalfWayError): string {
  return files.length === 0
    ? `${message}. Put that right, then deliver again.`
    : `${message}: ${files.join(', ')}. Put these right (commit, stash or restore them), then deliver again.`;
}
