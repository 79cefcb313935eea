import { exitCodes, flag, stringOption, UsageError, type CliCommand } from '../commandLine';
import { openFiles } from '../repository';

export const currentCommand: CliCommand = {
  name: 'current',
  summary: 'Show, set or clear the current workstream',
  usage: 'current [--set <id|name> | --clear]',
  options: { set: { type: 'string' }, clear: { type: 'boolean' }, 'repo-root': { type: 'string' } },
  async run(values, _positionals, io) {
    const files = await openFiles(values, io);
    const target = stringOption(values, 'set');
    if (target !== undefined && flag(values, 'clear')) throw new UsageError('--set and --clear are mutually exclusive');
    if (flag(values, 'clear')) {
      await files.setCurrentStream(undefined);
      io.out('No workstream is current now.\n');
      return exitCodes.done;
    }
    if (target !== undefined) {
      const stream = await files.resolveStream(target);
      await files.setCurrentStream(stream.id);
      io.out(`Current workstream: ${stream.id}\n`);
      return exitCodes.done;
    }
    const stream = await files.resolveStream();
    io.out(`${stream.id}\n`);
    return exitCodes.done;
  },
};
