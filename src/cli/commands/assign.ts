import { exitCodes, requireOption, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { planChanges } from '../planActions';
import { openStream } from '../repository';

export const assignCommand: CliCommand = {
  name: 'assign',
  summary: 'Give the open tasks of a thread, or one task, to an agent',
  usage: 'assign --thread <SS.BB.TT> | --task <SS.BB.TT.NN> --agent <name>',
  options: { ...streamOption, thread: { type: 'string' }, task: { type: 'string' }, agent: { type: 'string' } },
  async run(values, _positionals, io) {
    const thread = stringOption(values, 'thread');
    const task = stringOption(values, 'task');
    if (thread !== undefined && task !== undefined) throw new UsageError('--task and --thread are mutually exclusive');
    const id = thread ?? task;
    if (id === undefined) throw new UsageError('--task or --thread is required');
    const agent = requireOption(values, 'agent', 'backend-expert');
    const { files, stream } = await openStream(values, io);
    const assigned = await planChanges(files, io).assign(stream.id, { id, level: thread === undefined ? 'task' : 'thread', agent });
    for (const given of assigned) io.out(`${given} @${agent}\n`);
    if (assigned.length === 0) io.out(`Every task of thread ${id} is done: nothing to assign.\n`);
    return exitCodes.done;
  },
};
