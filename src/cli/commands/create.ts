import { exitCodes, numberOption, requireOption, type CliCommand } from '../commandLine';
import { openFiles } from '../repository';

export const createCommand: CliCommand = {
  name: 'create',
  summary: 'Create a workstream: a folder with a PLAN.md to fill in, and its entry in work/index.json',
  usage: 'create --name <kebab-name> [--stages <1-20>]',
  options: { name: { type: 'string', short: 'n' }, stages: { type: 'string' }, 'repo-root': { type: 'string' } },
  async run(values, _positionals, io) {
    const name = requireOption(values, 'name', 'api-server');
    const stages = numberOption(values, 'stages', { from: 1, to: 20 }) ?? 1;
    const files = await openFiles(values, io);
    const stream = await files.createWorkstream({ name, stages });
    io.out(
      `Created workstream ${stream.id}\n  ${stream.path}/PLAN.md\n` +
        `Write the plan, then: work validate plan --stream ${stream.id}\nWork on it from now on with: work current --set ${stream.id}\n`,
    );
    return exitCodes.done;
  },
};
