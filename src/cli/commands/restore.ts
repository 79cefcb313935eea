import { normalizeId, parseId } from '../../domain/ids';
import type { DeletedWorktree } from '../../domain/worktrees/worktreeFacts';
import { exitCodes, streamOption, UsageError, type CliCommand } from '../commandLine';
import { snapshotName, withWorktrees } from '../openWorktrees';
import { CliError } from '../repository';

export const restoreCommand: CliCommand = {
  name: 'restore',
  summary: 'Bring a removed worktree back with every byte and its branch; its snapshot stays',
  usage: 'restore [<snapshot> | <task>]   as work worktrees lists them; a task stands for its latest, nothing for the only one there is',
  options: { 'repo-root': streamOption['repo-root'] },
  positionals: true,
  run(values, [wanted, ...rest], io) {
    if (rest.length > 0) throw new UsageError(`too many words: ${rest.join(' ')}`);
    return withWorktrees(values, io, async ({ repository, found }) => {
      const chosen = choose(found.deleted, wanted);
      const { worktree, branch } = await repository.restoreWorktree(chosen.ref);
      io.out(`${snapshotName(chosen)} is back in ${worktree}${branch === undefined ? '' : `, on branch ${branch}`}.\n`);
      return exitCodes.done;
    });
  },
};

/** The newest come first. @throws {CliError} when nothing, or too much, answers to the name. */
function choose(deleted: readonly DeletedWorktree[], wanted: string | undefined): DeletedWorktree {
  const [first, second] = deleted;
  if (!first) throw new CliError('There is nothing to restore: no worktree was removed, or what was removed is there again.');
  const names = deleted.map(each => `  ${snapshotName(each)}`).join('\n');
  if (wanted === undefined) {
    if (second) throw new CliError(`Say which one to restore, with work restore <snapshot>:\n${names}`);
    return first;
  }
  const task = parseId(wanted)?.length === 4 ? normalizeId(wanted) : undefined;
  const found = deleted.find(each => snapshotName(each) === wanted || each.ref === wanted || each.task === task);
  if (!found) throw new CliError(`Nothing that was removed is called "${wanted}". There is:\n${names}`);
  return found;
}
