import { oneLine } from '../../common/text';
import { exitCodes, requireOption, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { planChanges, tellOfApproval } from '../planActions';
import { openStream } from '../repository';

export const addBatchCommand: CliCommand = {
  name: 'add-batch',
  summary: 'Add a batch at the end of a stage, with a thread to fill in, or with the one that is described',
  usage: 'add-batch --stage <N|name> --name "…" [--summary "…"] [--thread "…" [--details "…"] [--agent <name>]]',
  options: {
    ...streamOption,
    stage: { type: 'string' },
    name: { type: 'string', short: 'n' },
    summary: { type: 'string' },
    thread: { type: 'string' },
    details: { type: 'string' },
    agent: { type: 'string' },
  },
  async run(values, _positionals, io) {
    const stage = requireOption(values, 'stage', '1');
    const name = requireOption(values, 'name', '"Loose ends"').trim();
    const thread = stringOption(values, 'thread');
    const details = stringOption(values, 'details');
    const agent = stringOption(values, 'agent');
    if (thread === undefined && (details !== undefined || agent !== undefined)) {
      throw new UsageError(`--${details === undefined ? 'agent' : 'details'} needs --thread, the name of the thread that it is for`);
    }
    const { files, stream } = await openStream(values, io);
    const id = await planChanges(files, io).addBatch(stream.id, {
      stage,
      name,
      summary: stringOption(values, 'summary'),
      thread: { name: thread, details: details === undefined ? [] : [details], agent },
    });
    io.out(`Added batch ${id} ${oneLine(name)}\n`);
    if (thread === undefined) {
      io.out(`Describe its thread in work/${stream.id}/PLAN.md, then: work prompt --stage ${Number(id.split('.')[0])}\n`);
    }
    await tellOfApproval(files, stream.id, io);
    return exitCodes.done;
  },
};
