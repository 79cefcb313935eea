import { stat } from 'node:fs/promises';
import { branchHolders } from '../git/worktreeList';
import type { Git } from '../git/git';
import { operationIn } from '../git/worktreeStatus';
import { DeliveryRefusal } from './deliveryRefusal';

/**
 * The one checkout that has a branch (short name), absolute; null where none has, so that the branch can be moved alone.
 * @throws {DeliveryRefusal} when a rebase or a bisect will come back to it, several have it, or its checkout is in the middle of something
 */
export async function findCheckout(git: Git, branch: string): Promise<string | null> {
  const holders = await branchHolders(git, branch);
  const busy = holders.find(({ by }) => by !== 'checkout');
  if (busy) {
    const how = busy.by === 'rebase' ? 'being rebased' : 'being bisected';
    throw new DeliveryRefusal(`Branch ${branch} is ${how} in ${busy.path}. Finish or abort that, then try again.`);
  }
  const [first, second] = holders;
  if (!first) return null;
  if (second) {
    throw new DeliveryRefusal(`Branch ${branch} is checked out in ${first.path} and in ${second.path}. Leave it in one of them.`);
  }
  if (!(await stat(first.path).catch(() => undefined))) {
    throw new DeliveryRefusal(`Branch ${branch} is checked out in ${first.path}, which is gone. Run "git worktree prune", then try again.`);
  }
  const operation = await operationIn(first.path);
  if (operation !== undefined) {
    throw new DeliveryRefusal(`A ${operation} is in progress in ${first.path}. Finish or abort it, then try again.`);
  }
  return first.path;
}
