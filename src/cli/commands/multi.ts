import { flag, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { budgetOptions, serverOptions } from '../cliRuntime';
import { cutOffBatch, runBatch, tellAllComplete } from '../runBatch';
import { isStageId } from '../../domain/run/runScope';
import { resolveStage } from '../../domain/nameResolution';
import { normalizeId } from '../../domain/ids';
import { CliError } from '../repository';
import { readSnapshot } from '../snapshot';

export const multiCommand: CliCommand = {
  name: 'multi',
  summary:
    'Run all threads of a batch in parallel, or a stage by the dependencies of its threads without waiting for batches; merge what they finish',
  usage:
    'multi (--batch|-b <SS.BB> | --stage <N|name> | --continue|-c) [--port <n>] [--dry-run] [--no-server] [--run-anyway] [--take-over] [--turns-per-task <n>] [--cost-limit <dollars>]',
  options: {
    ...streamOption,
    ...serverOptions,
    ...budgetOptions,
    batch: { type: 'string', short: 'b' },
    stage: { type: 'string' },
    continue: { type: 'boolean', short: 'c' },
    'dry-run': { type: 'boolean' },
    'run-anyway': { type: 'boolean' },
    'take-over': { type: 'boolean' },
  },
  async run(values, _positionals, io) {
    const batch = stringOption(values, 'batch');
    const stage = stringOption(values, 'stage');
    if ([batch !== undefined, stage !== undefined, flag(values, 'continue')].filter(Boolean).length !== 1) {
      throw new UsageError('--batch, --stage or --continue is required, and only one of them');
    }
    const { files, stream } = await readSnapshot(values, io);
    if (batch !== undefined && isStageId(normalizeId(batch) ?? '')) {
      throw new CliError(`Invalid batch ID "${batch}". Expected format: "SS.BB" (e.g., "01.02")`);
    }
    const wanted = batch ?? (stage === undefined ? undefined : resolveStage(stream.stages, stage).id);
    const next = wanted ?? (await cutOffBatch(files.root, stream.id, values, io)) ?? stream.nextBatch;
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
