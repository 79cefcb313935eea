import path from 'node:path';
import { resolveStage } from '../../domain/nameResolution';
import { exitCodes, requireOption, streamOption, type CliCommand } from '../commandLine';
import { openReports } from '../openReports';
import { readSnapshot } from '../snapshot';

export const reportCommand: CliCommand = {
  name: 'report',
  summary: 'Write the report of a stage: what was done, what is blocked, which files changed',
  usage: 'report --stage <N|name>',
  options: { ...streamOption, stage: { type: 'string' } },
  async run(values, _positionals, io) {
    const query = requireOption(values, 'stage', '1');
    const { files, stream } = await readSnapshot(values, io);
    const file = await openReports(files, io).writeStageReport(stream.id, resolveStage(stream.stages, query).id);
    io.out(`${path.relative(files.root, file)}\n`);
    return exitCodes.done;
  },
};
