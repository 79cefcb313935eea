import { oneLine } from '../../common/text';
import { exitCodes, requireOption, streamOption, stringOption, type CliCommand } from '../commandLine';
import { planChanges, tellOfApproval } from '../planActions';
import { openStream } from '../repository';

export const addThreadCommand: CliCommand = {
  name: 'add-thread',
  summary: 'Add a thread to a batch of the plan, with its first task and its prompt',
  usage: 'add-thread --batch <SS.BB> --name "…" [--summary "…"] [--details "…"] [--agent <name>]',
  options: {
    ...streamOption,
    batch: { type: 'string', short: 'b' },
    name: { type: 'string', short: 'n' },
    summary: { type: 'string' },
    details: { type: 'string' },
    agent: { type: 'string' },
  },
  async run(values, _positionals, io) {
    const batch = requireOption(values, 'batch', '01.02');
    const name = requireOption(values, 'name', '"Routes"').trim();
    const details = stringOption(values, 'details');
    const { files, stream } = await openStream(values, io);
    const id = await planChanges(files, io).addThread(stream.id, batch, {
      name,
      summary: stringOption(values, 'summary'),
      details: details === undefined ? [] : [details],
      agent: stringOption(values, 'agent'),
    });
    io.out(`Added thread ${id} ${oneLine(name)}\n`);
    await tellOfApproval(files, stream.id, io);
    return exitCodes.done;
  },
};
