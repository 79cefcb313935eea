import { exitCodes, flag, streamOption, UsageError, type CliCommand } from '../commandLine';
import { snapshotName, withWorktrees } from '../openWorktrees';
import { CliError } from '../repository';

export const forgetCommand: CliCommand = {
  name: 'forget',
  summary: 'Forget snapshots of removed worktrees for good; those of unmerged work only when told so',
  usage: 'forget <snapshot>… [--unmerged]   as work worktrees lists them; --unmerged: also work that is nowhere else',
  options: { 'repo-root': streamOption['repo-root'], unmerged: { type: 'boolean' } },
  positionals: true,
  run(values, wanted, io) {
    if (wanted.length === 0) throw new UsageError('say which snapshots to forget');
    return withWorktrees(values, io, async ({ repository, found }) => {
      const chosen = [...new Set(wanted)].map(name => {
        const deleted = found.deleted.find(each => snapshotName(each) === name || each.ref === name);
        if (!deleted) throw new CliError(`Nothing that was removed is called "${name}". List what is there with work worktrees.`);
        return deleted;
      });
      const unmerged = chosen.filter(each => each.unmerged);
      if (unmerged.length > 0 && !flag(values, 'unmerged')) {
        const names = unmerged.map(each => `  ${snapshotName(each)}`).join('\n');
        throw new CliError(
          `Nothing was forgotten, because there is work in these that is merged nowhere:\n${names}\nAdd --unmerged to forget it all the same.`,
        );
      }
      await repository.forgetSnapshots(chosen);
      for (const each of chosen) io.out(`Forgotten: ${snapshotName(each)}\n`);
      return exitCodes.done;
    });
  },
};
