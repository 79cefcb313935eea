import { oneLine } from '../../common/text';

/** Why a file of the user's checkout may not be touched. */
export const obstacleKinds = ['changed', 'staged', 'unmerged', 'assume-unchanged', 'skip-worktree', 'untracked', 'ignored'] as const;
export type ObstacleKind = (typeof obstacleKinds)[number];

/** Something of the user's at a path that a delivery, or the undoing of one, would write; the path is relative to the checkout. */
export type Obstacle = { readonly kind: ObstacleKind; readonly path: string };

const shown = 10;

/** `changed: a.txt, b.txt; ignored: .env`: all kinds that there are, of each at most ten names. */
export function obstacleList(obstacles: readonly Obstacle[]): string {
  return obstacleKinds
    .flatMap(kind => {
      const names = obstacles.filter(obstacle => obstacle.kind === kind).map(({ path }) => oneLine(path));
      return names.length === 0
        ? []
        : [
            `${isHidden(kind) ? 'changed, and marked ' : ''}${kind}: ${names.slice(0, shown).join(', ')}${names.length > shown ? `, and ${names.length - shown} more` : ''}`,
          ];
    })
    .join('; ');
}

/** What the person can do so that nothing is in the way any more. */
export function obstacleRemedy(obstacles: readonly Obstacle[]): string {
  const kinds = new Set(obstacles.map(({ kind }) => kind));
  const tracked = kinds.has('changed') || kinds.has('staged');
  const extra = kinds.has('untracked') || kinds.has('ignored');
  if (kinds.has('unmerged')) return 'Resolve the conflicts';
  const hidden = [...kinds].filter(isHidden);
  if (hidden.length > 0) {
    const marks = hidden.map(kind => `git update-index --no-${kind}`).join(' and ');
    return `Take the ${hidden.length === 1 ? 'mark' : 'marks'} off (${marks}), commit or stash your changes${extra ? ' and move the other files away' : ''}`;
  }
  if (tracked && extra) return 'Commit or stash your changes and move the other files away';
  return tracked ? 'Commit or stash your changes' : 'Move them away';
}

/** Changes that `git status` does not show, and `git stash` does not take. */
const isHidden = (kind: ObstacleKind): boolean => kind === 'assume-unchanged' || kind === 'skip-worktree';
