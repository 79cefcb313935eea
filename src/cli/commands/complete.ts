import path from 'node:path';
import { exitCodes, flag, streamOption, type CliCommand } from '../commandLine';
import { openReports } from '../openReports';
import { openStream } from '../repository';

export const completeCommand: CliCommand = {
  name: 'complete',
  summary: 'Write COMPLETION.md from all reports and mark the workstream completed',
  usage: 'complete [--force]',
  options: { ...streamOption, force: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    const reports = openReports(files, io);
    const open = await reports.completionWarnings(stream.id);
    for (const sentence of open) io.err(`warning: ${sentence}\n`);
    if (open.length > 0 && !flag(values, 'force')) {
      const answer = await io.ask('Complete anyway? [y/N]: ');
      if (answer?.trim().toLowerCase().startsWith('y') !== true) {
        io.err('Nothing was written. Finish what is open, or pass --force.\n');
        return exitCodes.failed;
      }
    }
    const file = await reports.complete(stream.id);
    io.out(`${path.relative(files.root, file)}\nWorkstream ${stream.id} is completed.\n`);
    return exitCodes.done;
  },
};
