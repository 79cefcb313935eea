import path from 'node:path';
import { resolveStage } from '../../domain/nameResolution';
import { exitCodes, streamOption, stringOption, type CliCommand } from '../commandLine';
import { openReports } from '../openReports';
import { CliError } from '../repository';
import { readSnapshot } from '../snapshot';

export const aarCommand: CliCommand = {
  name: 'aar',
  summary: 'Write an after-action review from the journal: what went right and wrong, what could be better, what to do',
  usage: 'aar [--milestone "…"] [--stage <N|name>]   of the whole workstream without --stage',
  options: { ...streamOption, milestone: { type: 'string', short: 'm' }, stage: { type: 'string' } },
  async run(values, _positionals, io) {
    const wanted = stringOption(values, 'stage');
    const milestone = stringOption(values, 'milestone')?.trim();
    const { files, stream } = await readSnapshot(values, io);
    const { file, isNew } = await openReports(files, io).createAfterActionReview(stream.id, {
      milestone: milestone === '' ? undefined : milestone,
      stage: wanted === undefined ? undefined : resolveStage(stream.stages, wanted).id,
    });
    const shown = path.relative(files.root, file);
    if (!isNew) throw new CliError(`${shown} is there already and was left as it is. Name another milestone: --milestone "…"`);
    io.out(`${shown}\n`);
    return exitCodes.done;
  },
};
