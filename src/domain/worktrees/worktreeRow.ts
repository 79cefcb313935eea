import { formatSize } from '../../common/size';
import { oneLine } from '../../common/text';
import type { Translate } from '../../common/translate';
import type { RowColour } from '../tree/rowState';
import { isCleanable, isDirty, isRemovable, type DeletedWorktree, type WorktreeFacts } from './worktreeFacts';
import { worktreeWords } from './worktreeWords';

/** What a row's icon stands for; each has a shape of its own. */
export type WorktreeIcon =
  | 'main'
  | 'foreign'
  | 'integration'
  | 'running'
  | 'missing'
  | 'unknown'
  | 'conflict'
  | 'operation'
  | 'changed'
  | 'merged'
  | 'ahead'
  | 'clean'
  | 'deleted'
  | 'deletedUnmerged';

const colours: Readonly<Partial<Record<WorktreeIcon, RowColour>>> = {
  running: 'blue',
  missing: 'yellow',
  unknown: 'grey',
  conflict: 'red',
  operation: 'yellow',
  changed: 'yellow',
  merged: 'green',
  ahead: 'blue',
  clean: 'grey',
  deleted: 'grey',
  deletedUnmerged: 'yellow',
};

/** What a row of the Worktrees view says, each text on one line of readable characters. */
export type WorktreeRow = {
  readonly label: string;
  readonly description: string;
  readonly accessibleLabel: string;
  readonly icon: WorktreeIcon;
  readonly colour: RowColour | undefined;
  /**
   * Menu conditions match it word by word: `worktree` or `snapshot`, then as far as they are true the owner, `present`, `dirty`,
   * `locked`, `running`, `removable`, `cleanable`, `unmerged`.
   */
  readonly contextValue: string;
};

/** @param size bytes on the disk, once somebody asked for them */
export function worktreeRow(worktree: WorktreeFacts, t: Translate, size?: number): WorktreeRow {
  const icon = iconOf(worktree);
  const words = worktreeWords(worktree, t);
  const { attempt } = worktree;
  const name = attempt?.name === undefined ? [] : [oneLine(attempt.name)];
  const branch = branchWords(worktree, t);
  const sizes = size === undefined ? [] : [formatSize(size)];
  return {
    // The name comes after the state, which it would push out of a narrow side bar.
    label: worktree.owner === 'attempt' && attempt ? oneLine(attempt.task) : worktreeLabel(worktree, t),
    description: [...words, ...attemptWord(worktree, t), ...name, ...sizes, branch].join(' · '),
    accessibleLabel: [
      kindWord(worktree, t),
      worktreeLabel(worktree, t),
      ...words,
      ...attemptWord(worktree, t),
      t('branch {0}', branch),
      ...sizes,
    ].join(', '),
    icon,
    colour: colours[icon],
    contextValue: tokens(worktree).join(' '),
  };
}

/** @param age how long ago it was deleted, in words; absent in texts that must not depend on the clock */
export function deletedRow(deleted: DeletedWorktree, t: Translate, age?: string): WorktreeRow {
  const icon = deleted.unmerged ? 'deletedUnmerged' : 'deleted';
  const word = deleted.unmerged ? t('unmerged') : t('merged');
  const details = [word, ...(age === undefined ? [] : [t('{0} ago', age)]), formatSize(deleted.size)];
  const name = deleted.name === undefined ? [] : [oneLine(deleted.name)];
  return {
    label: oneLine(deleted.task),
    description: [...details, ...name].join(' · '),
    accessibleLabel: [t('Deleted worktree'), deletedLabel(deleted), ...details].join(', '),
    icon,
    colour: colours[icon],
    contextValue: deleted.unmerged ? 'snapshot unmerged' : 'snapshot',
  };
}

/** What a worktree is called, in rows and in questions. */
export function worktreeLabel({ owner, path, attempt, stream, resolves }: WorktreeFacts, t: Translate): string {
  if (owner === 'integration') return t('Integration of {0}', oneLine(stream ?? folderName(path)));
  if (resolves !== undefined) return t('Conflict of {0}', oneLine(resolves));
  if (!attempt) return oneLine(folderName(path));
  return oneLine(attempt.name === undefined ? attempt.task : `${attempt.task} ${attempt.name}`);
}

/** What a deleted worktree is called, in questions and messages. */
export function deletedLabel({ task, name }: DeletedWorktree): string {
  return oneLine(name === undefined ? task : `${task} ${name}`);
}

function iconOf(worktree: WorktreeFacts): WorktreeIcon {
  const { owner, condition, attempt, standing } = worktree;
  if (condition.kind === 'missing' || condition.kind === 'unfinished') return 'missing';
  if (condition.kind === 'read' && condition.conflicts > 0) return 'conflict';
  if (owner === 'main' || owner === 'foreign' || owner === 'integration') return owner;
  if (attempt?.running === true) return 'running';
  if (condition.kind === 'unread') return 'unknown';
  if (condition.operation !== undefined) return 'operation';
  if (isDirty(worktree)) return 'changed';
  if (standing?.merged === true) return 'merged';
  return standing !== undefined && standing.ahead > 0 ? 'ahead' : 'clean';
}

function kindWord({ owner }: WorktreeFacts, t: Translate): string {
  switch (owner) {
    case 'main':
      return t('Main checkout');
    case 'attempt':
      return t('Worktree of task');
    case 'integration':
    case 'resolution':
    case 'ours':
      return t('Worktree');
    case 'foreign':
      return t('Worktree of somebody else');
  }
}

function branchWords({ branch, head }: WorktreeFacts, t: Translate): string {
  if (branch !== undefined) return oneLine(branch);
  return head === undefined ? t('no commit') : t('detached at {0}', head.slice(0, 8));
}

function attemptWord({ attempt }: WorktreeFacts, t: Translate): readonly string[] {
  return attempt === undefined || attempt.number < 2 ? [] : [t('attempt {0}', attempt.number)];
}

function tokens(worktree: WorktreeFacts): readonly string[] {
  const facts: readonly [string, boolean][] = [
    ['present', worktree.condition.kind !== 'missing'],
    ['dirty', isDirty(worktree)],
    ['locked', worktree.locked !== undefined],
    ['running', worktree.attempt?.running === true],
    ['removable', isRemovable(worktree)],
    ['cleanable', isCleanable(worktree)],
  ];
  return ['worktree', worktree.owner, ...facts.filter(([, isTrue]) => isTrue).map(([token]) => token)];
}

/** The last part of a path of either system. */
export const folderName = (path: string) => path.split(/[\\/]/).findLast(part => part !== '') ?? path;
