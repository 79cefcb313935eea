import { isWithin, normalizeId } from '../../domain/ids';
import { isTaskStatus, taskStatuses } from '../../domain/taskStatus';
import { exitCodes, requireOption, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { planActions } from '../planActions';
import { CliError, openStream } from '../repository';
import { reviewIfWanted } from '../reviewAtGate';

export const updateCommand: CliCommand = {
  name: 'update',
  summary: 'Set the status of a task, or of every task of a thread, with a report',
  usage: 'update (--task <SS.BB.TT.NN> | --thread <SS.BB.TT>) --status <status> [--report "…"] [--breadcrumb "…"] [--agent <name>]',
  options: {
    ...streamOption,
    task: { type: 'string' },
    thread: { type: 'string' },
    status: { type: 'string' },
    report: { type: 'string' },
    breadcrumb: { type: 'string' },
    agent: { type: 'string' },
  },
  async run(values, _positionals, io) {
    const taskId = stringOption(values, 'task');
    const threadId = stringOption(values, 'thread');
    if (taskId !== undefined && threadId !== undefined) throw new UsageError('--task and --thread are mutually exclusive');
    if (taskId === undefined && threadId === undefined) throw new UsageError('--task or --thread is required');
    const status = requireOption(values, 'status', 'completed');
    if (!isTaskStatus(status)) throw new UsageError(`Invalid status "${status}". Valid: ${taskStatuses.join(', ')}`);
    const { files, stream } = await openStream(values, io);
    const own = io.env.WORKSTREAM_ROLE === 'AGENT' ? io.env.WORK_TASK : undefined;
    if (own !== undefined && normalizeId(taskId ?? '') !== own) {
      throw new CliError(`This session works on task ${own} and can report for no other.`);
    }
    const wanted = normalizeId(taskId ?? threadId ?? '');
    const found = (await files.readTasks(stream.id)).map(({ id }) => id).filter(id => wanted !== undefined && isWithin(id, wanted));
    if (taskId === undefined && found.length === 0) throw new CliError(`Thread "${threadId ?? ''}" not found in workstream "${stream.id}"`);
    const mayAsk = status === 'completed' && found.length > 0;
    const report = stringOption(values, 'report') ?? (mayAsk ? await io.ask('Report (one or two sentences): ') : undefined);
    const breadcrumb = stringOption(values, 'breadcrumb');
    const agent = stringOption(values, 'agent');
    const change = {
      status,
      ...(report === undefined || report.trim() === '' ? {} : { report: report.trim() }),
      ...(breadcrumb === undefined ? {} : { breadcrumb }),
      ...(agent === undefined ? {} : { assigned_agent: agent }),
    };
    const actions = planActions(files, io);
    for (const id of taskId === undefined ? found : [taskId]) {
      const task = await actions.setTaskStatus(stream.id, id, change);
      io.out(`${task.id} ${task.name}: ${task.status}\n`);
    }
    if (wanted !== undefined) await reviewIfWanted(files.root, stream.id, wanted, values, io);
    return exitCodes.done;
  },
};
