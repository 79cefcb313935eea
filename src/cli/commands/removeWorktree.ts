import path from 'node:path';
import { untranslated } from '../../common/translate';
import { normalizeId, parseId } from '../../domain/ids';
import { isRemovable, type WorktreeFacts } from '../../domain/worktrees/worktreeFacts';
import { worktreeLabel } from '../../domain/worktrees/worktreeRow';
import { isSamePath, realPathOf } from '../../runtime/git/paths';
import type { RemovalResult } from '../../runtime/git/removal';
import { SnapshotError } from '../../runtime/git/snapshotError';
import { ignoredEntries } from '../../runtime/git/worktreeFiles';
import { removalRequest } from '../../runtime/model/removalRequest';
import type { Repository } from '../../runtime/repository';
import { exitCodes, flag, streamOption, stringOption, UsageError, type CliCommand, type Io, type OptionValues } from '../commandLine';
import { snapshotName, withWorktrees } from '../openWorktrees';
import { CliError } from '../repository';

const shown = 5;

export const removeWorktreeCommand: CliCommand = {
  name: 'remove-worktree',
  summary: 'Remove a worktree of ours; what no branch holds is kept, and work restore brings it back',
  usage: `remove-worktree <task | folder> [--yes] [--large-files]
  --yes, -y                do not ask; needed where ignored files would be lost and nobody can be asked
  --large-files            keep untracked files in the snapshot however large they are`,
  options: { ...streamOption, yes: { type: 'boolean', short: 'y' }, 'large-files': { type: 'boolean' } },
  positionals: true,
  run(values, [wanted, ...rest], io) {
    if (wanted === undefined) throw new UsageError('say which one, e.g. work remove-worktree 01.01.02.03');
    if (rest.length > 0) throw new UsageError(`too many words: ${rest.join(' ')}`);
    return withWorktrees(values, io, async ({ repository, found }) => {
      const worktree = await choose(found.worktrees, wanted, await streamOf(repository, values), io);
      if (!(await mayRemove(repository, worktree, values, io))) {
        io.out('Nothing was removed.\n');
        return exitCodes.failed;
      }
      const result = await remove(repository, worktree, flag(values, 'large-files'), io);
      if (!result) {
        io.out('Nothing was removed.\n');
        return exitCodes.failed;
      }
      tell(worktree, result, io);
      return exitCodes.done;
    });
  },
};

/** The workstream in which a task's id is looked for; undefined for all of them. */
async function streamOf({ files }: Repository, values: OptionValues): Promise<string | undefined> {
  const name = stringOption(values, 'stream');
  return name === undefined ? undefined : (await files.resolveStream(name === 'current' ? undefined : name)).id;
}

/** @throws {CliError} when none, or more than one, is meant, or one that is not ours to remove. */
async function choose(worktrees: readonly WorktreeFacts[], wanted: string, stream: string | undefined, io: Io): Promise<WorktreeFacts> {
  const task = parseId(wanted)?.length === 4 ? normalizeId(wanted) : undefined;
  const place = await realPathOf(path.resolve(io.cwd, wanted));
  const real = await Promise.all(worktrees.map(each => realPathOf(each.path)));
  const found = worktrees.filter((each, index) =>
    task === undefined
      ? isSamePath(real[index] ?? each.path, place)
      : each.attempt?.tasks.includes(task) === true && (stream === undefined || each.stream === stream),
  );
  const [first, second] = found;
  if (!first) throw new CliError(`No worktree is in "${wanted}", or was made for a task of that number. See work worktrees`);
  if (second) {
    throw new CliError(
      `Task ${wanted} has more than one worktree. Name the folder of one:\n${found.map(each => `  ${each.path}`).join('\n')}`,
    );
  }
  if (first.attempt?.running === true) throw new CliError(`${first.path} was kept: an agent works there. Wait for it, or stop it first.`);
  if (!isRemovable(first)) throw new CliError(`${first.path} was kept: it is not one of ours. Remove it with git, if you want.`);
  return first;
}

/** Ignored files are all that a removal loses. */
async function mayRemove({ git }: Repository, worktree: WorktreeFacts, values: OptionValues, io: Io): Promise<boolean> {
  if (flag(values, 'yes')) return true;
  const ignored = worktree.condition.kind === 'missing' ? [] : await ignoredEntries(git, worktree.path);
  const names = ignored.slice(0, shown).join(', ') + (ignored.length > shown ? ', …' : '');
  const lost = ignored.length === 0 ? 'Nothing in it is lost.' : `Ignored files in it are not kept: ${names}.`;
  const answer = await io.ask(`Remove the worktree of ${worktreeLabel(worktree, untranslated)}? ${lost} [y/N]: `);
  if (answer !== undefined) return isYes(answer);
  if (ignored.length === 0) return true;
  throw new CliError(`${worktree.path} was kept: ${lost} Say that they may go with --yes`);
}

/** Undefined when a person would rather keep it. @throws {SnapshotError} when nobody can be asked whether large files are kept */
async function remove(repository: Repository, worktree: WorktreeFacts, largeFiles: boolean, io: Io): Promise<RemovalResult | undefined> {
  try {
    return await repository.removeWorktree(removalRequest(worktree, { largeFiles }));
  } catch (error) {
    if (!(error instanceof SnapshotError) || error.reason !== 'too-large' || largeFiles) throw error;
    const answer = await io.ask(
      `${error.message}\n${error.paths.map(file => `  ${file}\n`).join('')}Keep them in the snapshot and remove the worktree? [y/N]: `,
    );
    if (answer === undefined) throw new CliError(`${error.message} Keep them in the snapshot with --large-files`);
    return isYes(answer) ? remove(repository, worktree, true, io) : undefined;
  }
}

function tell({ path: place, branch }: WorktreeFacts, { snapshot, branchDeleted, finished }: RemovalResult, io: Io): void {
  io.out(`Removed ${place}${branchDeleted && branch !== undefined ? ` and its branch ${branch}` : ''}.\n`);
  if (snapshot !== undefined) {
    const name = snapshotName({ ref: snapshot });
    io.out(`What no branch holds is kept as ${name}. Bring it back with: work restore ${name}\n`);
  }
  if (!finished) io.out('Some files are in use by another program. Their removal is finished when the next batch begins.\n');
}

const isYes = (answer: string) => /^y(es)?$/i.test(answer.trim());
