import { oneLine } from '../../common/text';
import { exitCodes, requireOption, streamOption, stringOption, type CliCommand } from '../commandLine';
import { planActions } from '../planActions';
import { openStream } from '../repository';

export const addTaskCommand: CliCommand = {
  name: 'add-task',
  summary: 'Add a task to a thread of the plan',
  usage: 'add-task --thread <SS.BB.TT> --name "…" [--agent <name>]',
  options: { ...streamOption, thread: { type: 'string' }, name: { type: 'string', short: 'n' }, agent: { type: 'string' } },
  async run(values, _positionals, io) {
    const thread = requireOption(values, 'thread', '01.01.01');
    const name = requireOption(values, 'name', '"Write the parser"').trim();
    const { files, stream } = await openStream(values, io);
    const id = await planActions(files, io).addTask(stream.id, thread, name, stringOption(values, 'agent'));
    io.out(`Added task ${id} ${oneLine(name)}\n`);
    return exitCodes.done;
  },
};
