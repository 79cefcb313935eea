import path from 'node:path';
import { normalizeId } from '../../domain/ids';
import { resolveStage } from '../../domain/nameResolution';
import { exitCodes, requireOption, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { openReports } from '../openReports';
import { readSnapshot } from '../snapshot';

export const reportCommand: CliCommand = {
  name: 'report',
  summary: 'Write the report of a stage or a batch: what was done, what is blocked, which files changed',
  usage: 'report (--stage <N|name> | --batch <SS.BB>)',
  options: { ...streamOption, stage: { type: 'string' }, batch: { type: 'string', short: 'b' } },
  async run(values, _positionals, io) {
    const batch = stringOption(values, 'batch');
    if (batch !== undefined && stringOption(values, 'stage') !== undefined) throw new UsageError('--stage or --batch, not both');
    const stage = batch ?? requireOption(values, 'stage', '1');
    const { files, stream } = await readSnapshot(values, io);
    const reports = openReports(files, io);
    const file =
      batch === undefined
        ? await reports.writeStageReport(stream.id, resolveStage(stream.stages, stage).id)
        : await reports.writeBatchReport(stream.id, normalizeId(batch) ?? batch);
    io.out(`${path.relative(files.root, file)}\n`);
    return exitCodes.done;
  },
};
