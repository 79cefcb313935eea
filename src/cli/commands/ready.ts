import { choiceJson, choiceLines } from '../../domain/choice/choiceWords';
import { scopeOf } from '../../domain/choice/choiceRequest';
import { budgetOptions, serverOptions } from '../cliRuntime';
import { exitCodes, flag, numberOption, streamOption, toJson, UsageError, type CliCommand } from '../commandLine';
import { runBatch } from '../runBatch';
import { readSnapshot } from '../snapshot';
import { withRepository } from '../withRepository';

export const readyCommand: CliCommand = {
  name: 'ready',
  summary: 'Choose threads that can run together without touching the same files, and run them on a yes',
  usage: 'ready [--max <n>] [--yes] [--json] [--port <n>] [--no-server] [--take-over] [--turns-per-task <n>] [--cost-limit <dollars>]',
  options: {
    ...streamOption,
    ...serverOptions,
    ...budgetOptions,
    max: { type: 'string' },
    yes: { type: 'boolean', short: 'y' },
    json: { type: 'boolean' },
    'take-over': { type: 'boolean' },
  },
  async run(values, _positionals, io) {
    const given = numberOption(values, 'max');
    if (given === 0) throw new UsageError('--max needs a number of at least 1');
    const { files, stream } = await readSnapshot(values, io);
    const { choice, trust } = await withRepository(files.root, values, io, async (repository, { ready }) => ({
      choice: await repository.readyChoice(stream, { max: given ?? ready.max }),
      trust: ready.trust,
    }));
    const isJson = flag(values, 'json');
    io.out(isJson ? toJson(choiceJson(choice)) : `${choiceLines(choice).join('\n')}\n`);
    const only = choice.chosen.map(({ thread }) => thread.id);
    const batch = scopeOf(only);
    if (batch === undefined) return exitCodes.done;
    if (!flag(values, 'yes') && (isJson || !trust)) {
      const answer = isJson ? undefined : await io.ask('Run them? [y/N] ');
      if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) {
        if (!isJson) io.out(answer === undefined ? 'Nothing was run: say --yes to run them.\n' : 'Nothing was run.\n');
        return exitCodes.done;
      }
    }
    const request = {
      root: files.root,
      stream: stream.id,
      batch,
      only,
      dryRun: false,
      ignoreGate: false,
      takeOver: flag(values, 'take-over'),
    };
    return runBatch(request, values, io);
  },
};
