import path from 'node:path';
import { modes } from '../../domain/multitask/multitaskReport';
import { answerAsks } from '../answerAsks';
import { answerBudgets } from '../answerBudgets';
import { budgetOptions, openRuntime, serverOptions } from '../cliRuntime';
import { exitCodes, flag, numberOption, stringOption, UsageError, type CliCommand, type OptionValues } from '../commandLine';
import { openFiles } from '../repository';

/** Runs a list of issues, each on its branch; Ctrl-C stops all agents and gives 130. */
export const multitaskCommand: CliCommand = {
  name: 'multitask',
  summary: 'Run a list of issues, each by an agent of its own on its own branch',
  usage:
    'multitask <config> [--mode recipe|classic] [--recipe <name>] [--isolation worktree|clone] [--again] [--limit <seconds>] [--take-over] [--port <n>] [--no-server] [--turns-per-task <n>] [--cost-limit <dollars>]',
  options: {
    'repo-root': { type: 'string' },
    ...serverOptions,
    ...budgetOptions,
    mode: { type: 'string' },
    recipe: { type: 'string' },
    isolation: { type: 'string' },
    again: { type: 'boolean' },
    limit: { type: 'string' },
    'take-over': { type: 'boolean' },
  },
  positionals: true,
  async run(values, [config, ...more], io) {
    if (config === undefined || more.length > 0) throw new UsageError('one config file is required, e.g. multitask.json');
    const mode = oneOf(values, 'mode', modes);
    const isolation = oneOf(values, 'isolation', ['worktree', 'clone'] as const);
    const seconds = numberOption(values, 'limit');
    const { root } = await openFiles(values, io);
    const { runtime } = await openRuntime(root, values, io);
    const asks = answerAsks(runtime.opencode.asks, io);
    const budgets = answerBudgets(runtime.budgetAsks, io);
    const stopping = () => io.out('Interrupted! Stopping the agents. Press Ctrl-C again to leave at once.\n');
    io.signal.addEventListener('abort', stopping, { once: true });
    try {
      const request = {
        config: path.resolve(io.cwd, config),
        mode,
        isolation,
        recipe: stringOption(values, 'recipe'),
        again: flag(values, 'again'),
        takeOver: flag(values, 'take-over'),
        limit: seconds === undefined ? undefined : seconds * 1000,
      };
      const tell = (line: string) => io.out(`${line.replace(/\s*[\r\n]\s*/g, ' ')}\n`);
      const end = await runtime.repository(root).multitasks.run(request, tell, io.signal);
      if (end.kind === 'finished') return end.exitCode;
      io.err(`${end.problems.map(problem => `Error: ${problem}`).join('\n')}\n`);
      return io.signal.aborted ? exitCodes.interrupted : exitCodes.failed;
    } finally {
      io.signal.removeEventListener('abort', stopping);
      asks.dispose();
      budgets.dispose();
      runtime.dispose();
    }
  },
};

function oneOf<const T extends string>(values: OptionValues, name: string, words: readonly T[]): T | undefined {
  const value = stringOption(values, name);
  const found = words.find(word => word === value);
  if (value !== undefined && found === undefined) throw new UsageError(`--${name} is ${words.join(' or ')}, got "${value}"`);
  return found;
}
