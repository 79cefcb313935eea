import { ancestorId, normalizeId, parseId } from '../../domain/ids';
import { isDone } from '../../domain/taskStatus';
import { budgetOptions, serverOptions } from '../cliRuntime';
import { flag, requireOption, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { planActions } from '../planActions';
import { CliError } from '../repository';
import { runBatch } from '../runBatch';
import { readSnapshot } from '../snapshot';

export const retryCommand: CliCommand = {
  name: 'retry',
  summary: 'Try a task again in a new attempt, with another agent if you like, or let its agent go on where it stopped',
  usage:
    'retry --task <SS.BB.TT.NN> [--agent <name> | --resume [--message "…"]] [--run-anyway] [--port <n>] [--no-server] [--turns-per-task <n>] [--cost-limit <dollars>]',
  options: {
    ...streamOption,
    ...serverOptions,
    ...budgetOptions,
    task: { type: 'string' },
    agent: { type: 'string' },
    resume: { type: 'boolean' },
    message: { type: 'string', short: 'm' },
    'run-anyway': { type: 'boolean' },
  },
  async run(values, _positionals, io) {
    const given = requireOption(values, 'task', '01.01.01.01');
    const agent = stringOption(values, 'agent');
    const message = stringOption(values, 'message');
    const resume = flag(values, 'resume');
    if (agent !== undefined && resume) throw new UsageError('--agent and --resume are mutually exclusive: a session keeps its agent');
    if (message !== undefined && !resume) throw new UsageError('--message needs --resume');
    const task = parseId(given)?.length === 4 ? normalizeId(given) : undefined;
    if (task === undefined) {
      throw new CliError(`Invalid task ID format: ${given}. Expected "stage.batch.thread.task" (e.g., "01.01.02.03")`);
    }
    const { files, stream } = await readSnapshot(values, io);
    const known = (await files.readTasks(stream.id)).find(({ id }) => id === task);
    if (!known) throw new CliError(`Task "${task}" not found in workstream "${stream.id}"`);
    if (agent !== undefined || (isDone(known.status) && !resume)) {
      await planActions(files, io).setTaskStatus(stream.id, task, {
        status: 'pending',
        ...(agent === undefined ? {} : { assigned_agent: agent }),
      });
    }
    return runBatch(
      {
        root: files.root,
        stream: stream.id,
        batch: ancestorId(task, 'batch'),
        only: [task],
        dryRun: false,
        ignoreGate: flag(values, 'run-anyway'),
        ...(resume ? { goOn: { task, message: message ?? '' } } : {}),
      },
      values,
      io,
    );
  },
};
