import path from 'node:path';
import { count, oneLine } from '../../common/text';
import { readCoordinatorStates, type CoordinatorFile } from '../../runtime/coordinator/readCoordinatorState';
import { exitCodes, flag, toJson, type CliCommand } from '../commandLine';
import { openFiles } from '../repository';

export const coordinatorStateCommand: CliCommand = {
  name: 'coordinator-state',
  summary: 'List worktrees and sessions of this repository that open-coordinator or open-trees keep; nothing is changed',
  usage: 'coordinator-state [--json]',
  options: { json: { type: 'boolean' }, 'repo-root': { type: 'string' } },
  async run(values, _positionals, io) {
    const { root } = await openFiles(values, io);
    const states = await readCoordinatorStates(root, io.env);
    if (flag(values, 'json')) io.out(toJson(states));
    else if (states.length === 0) io.out('Neither open-coordinator nor open-trees has a state here.\n');
    else for (const state of states) io.out(linesOf(state, root));
    return exitCodes.done;
  },
};

function linesOf({ tool, file, entries, dropped, gone, elsewhere, problem }: CoordinatorFile, root: string): string {
  if (problem !== undefined) return `${tool} (${file}): ${problem}\n`;
  const left = [
    ...(dropped === 0 ? [] : [`${count(dropped, 'entry', 'entries')} not understood`]),
    ...(gone === 0 ? [] : [`${count(gone, 'worktree')} gone`]),
    ...(elsewhere === 0 ? [] : [`${elsewhere} of other repositories`]),
  ];
  const rows = entries.map(
    ({ worktreePath, branch, sessionID, task, status = 'active', createdAt }) =>
      `  ${[oneLine(task ?? branch), status, oneLine(branch), path.relative(root, worktreePath), oneLine(sessionID), createdAt].join('  ')}\n`,
  );
  return `${tool}: ${count(entries.length, 'worktree')}${left.length === 0 ? '' : ` (left out: ${left.join(', ')})`}\n${rows.join('')}`;
}
