import type { Translate } from '../../common/translate';
import { parseLockReason } from './lockReason';
import type { WorktreeFacts, WorktreeOperation } from './worktreeFacts';

/** The state of a worktree in words, the most pressing first: what is wrong with it, what is in it, how it stands. */
export function worktreeWords(worktree: WorktreeFacts, t: Translate): readonly string[] {
  return [
    ...(worktree.owner === 'foreign' ? [t('not ours')] : []),
    ...(worktree.attempt?.running === true ? [t('running')] : []),
    ...conditionWords(worktree, t),
    ...standingWords(worktree, t),
    ...(isLockedByOthers(worktree) ? [t('locked')] : []),
  ];
}

/** That its agent's driver has locked it goes without saying; the tooltip names the process. */
function isLockedByOthers({ locked, condition, attempt }: WorktreeFacts): boolean {
  if (locked === undefined || condition.kind === 'unfinished') return false;
  return attempt?.running !== true || !parseLockReason(locked);
}

function conditionWords({ condition }: WorktreeFacts, t: Translate): readonly string[] {
  switch (condition.kind) {
    case 'missing':
      return [t('folder missing')];
    case 'unfinished':
      return [t('unfinished')];
    case 'unread':
      return [t('unknown')];
    case 'read': {
      const { operation, conflicts } = condition;
      const changes = condition.changed + condition.untracked;
      const words = [
        ...(operation === undefined ? [] : [operationWord(operation, t)]),
        ...(conflicts === 0 ? [] : [conflicts === 1 ? t('1 conflict') : t('{0} conflicts', conflicts)]),
        ...(changes === 0 ? [] : [changes === 1 ? t('1 change') : t('{0} changes', changes)]),
      ];
      return words.length === 0 ? [t('clean')] : words;
    }
  }
}

function standingWords({ standing }: WorktreeFacts, t: Translate): readonly string[] {
  if (!standing) return [];
  const { ahead, behind, merged } = standing;
  // What is merged is behind as soon as anything else is: that says nothing.
  if (merged) return [t('merged')];
  return [...(ahead === 0 ? [] : [t('{0} ahead', ahead)]), ...(behind === 0 ? [] : [t('{0} behind', behind)])];
}

function operationWord(operation: WorktreeOperation, t: Translate): string {
  switch (operation) {
    case 'merge':
      return t('merging');
    case 'rebase':
      return t('rebasing');
    case 'cherry-pick':
      return t('cherry-picking');
    case 'revert':
      return t('reverting');
    case 'bisect':
      return t('bisecting');
  }
}
