import { flag, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { budgetOptions, serverOptions } from '../cliRuntime';
import { cutOffBatch, runBatch, tellAllComplete } from '../runBatch';
import { readSnapshot } from '../snapshot';

export const multiCommand: CliCommand = {
  name: 'multi',
  summary: 'Run all threads of a batch in parallel, then merge what they finished',
  usage:
    'multi (--batch|-b <SS.BB> | --continue|-c) [--port <n>] [--dry-run] [--no-server] [--run-anyway] [--take-over] [--turns-per-task <n>] [--cost-limit <dollars>]',
  options: {
    ...streamOption,
    ...serverOptions,
    ...budgetOptions,
    batch: { type: 'string', short: 'b' },
    continue: { type: 'boolean', short: 'c' },
    'dry-run': { type: 'boolean' },
    'run-anyway': { type: 'boolean' },
    'take-over': { type: 'boolean' },
  },
  async run(values, _positionals, io) {
    const batch = stringOption(values, 'batch');
    if ((batch === undefined) !== flag(values, 'continue')) throw new UsageError('--batch or --continue is required, and only one of them');
    const { files, stream } = await readSnapshot(values, io);
    const next = batch ?? (await cutOffBatch(files.root, stream.id, values, io)) ?? stream.nextBatch;
    if (next === null) return tellAllComplete(stream, io);
    return runBatch(
      {
        root: files.root,
        stream: stream.id,
        batch: next,
        dryRun: flag(values, 'dry-run'),
        ignoreGate: flag(values, 'run-anyway'),
        takeOver: flag(values, 'take-over'),
      },
      values,
      io,
    );
  },
};
