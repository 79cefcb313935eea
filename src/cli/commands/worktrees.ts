import path from 'node:path';
import { formatDuration } from '../../common/duration';
import { untranslated } from '../../common/translate';
import type { DeletedWorktree, WorktreeFacts } from '../../domain/worktrees/worktreeFacts';
import { deletedRow, worktreeRow } from '../../domain/worktrees/worktreeRow';
import { pruneWorktrees } from '../../runtime/git/pruneWorktrees';
import { exitCodes, flag, streamOption, toJson, UsageError, type CliCommand } from '../commandLine';
import { snapshotName, withWorktrees } from '../openWorktrees';

export const worktreesCommand: CliCommand = {
  name: 'worktrees',
  summary: 'List every worktree of the repository, what is in each, and the removed ones that can be restored',
  usage: 'worktrees [--json | --prune]   --prune makes git forget those whose folders are gone; their branches stay',
  options: { 'repo-root': streamOption['repo-root'], json: { type: 'boolean' }, prune: { type: 'boolean' } },
  run(values, _positionals, io) {
    if (flag(values, 'json') && flag(values, 'prune')) throw new UsageError('--json and --prune are mutually exclusive');
    return withWorktrees(values, io, async ({ repository, found }) => {
      if (flag(values, 'prune')) {
        const gone = found.worktrees.filter(({ condition, locked }) => condition.kind === 'missing' && locked === undefined);
        if (gone.length > 0) await pruneWorktrees(repository.git, { dryRun: false });
        io.out(gone.length === 0 ? 'Every worktree that git knows has its folder: there is nothing to prune.\n' : '');
        for (const { path: place } of gone) io.out(`Forgotten: ${place}\n`);
      } else if (flag(values, 'json')) {
        const deleted = found.deleted.map(each => ({ snapshot: snapshotName(each), ...each }));
        io.out(toJson({ root: found.root, worktrees: found.worktrees, deleted }));
      } else {
        io.out(table(found.worktrees.map(worktree => worktreeCells(worktree, found.root))));
        if (found.deleted.length > 0) {
          io.out(`\nRemoved, brought back by work restore <snapshot>:\n${table(found.deleted.map(deletedCells))}`);
        }
      }
      return exitCodes.done;
    });
  },
};

function worktreeCells(worktree: WorktreeFacts, root: string): readonly string[] {
  const { label, description } = worktreeRow(worktree, untranslated);
  const place = path.relative(root, worktree.path);
  return [label, description, place === '' || place.startsWith('..') ? worktree.path : place];
}

function deletedCells(deleted: DeletedWorktree): readonly string[] {
  const { description } = deletedRow(deleted, untranslated, formatDuration(Date.now() - deleted.takenAt));
  return [snapshotName(deleted), description];
}

/** Rows with their first column as wide as the widest; the others follow as they are. */
function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', ...rest]) => `  ${first.padEnd(width)}  ${rest.join('  ')}\n`).join('');
}
