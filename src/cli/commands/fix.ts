import { fixName } from '../../domain/plan/fixParts';
import { exitCodes, flag, requireOption, streamOption, stringOption, type CliCommand } from '../commandLine';
import { planChanges, tellOfApproval } from '../planActions';
import { openStream } from '../repository';

export const fixCommand: CliCommand = {
  name: 'fix',
  summary: 'Ask for changes in a stage: a stage at the end of the plan that makes them, or a batch in the stage itself',
  usage: 'fix --stage <N|name> --name "…" [--batch] [--what "…"] [--where <thread, task or file>]… [--agent <name>]',
  options: {
    ...streamOption,
    stage: { type: 'string' },
    name: { type: 'string', short: 'n' },
    batch: { type: 'boolean' },
    what: { type: 'string', short: 'w' },
    where: { type: 'string', multiple: true },
    agent: { type: 'string' },
  },
  async run(values, _positionals, io) {
    const stage = requireOption(values, 'stage', '1');
    const name = requireOption(values, 'name', '"login-redirect"').trim();
    const where = Array.isArray(values.where) ? values.where.filter(place => typeof place === 'string') : [];
    const { files, stream } = await openStream(values, io);
    const added = await planChanges(files, io).fix(stream.id, {
      stage,
      name,
      into: flag(values, 'batch') ? 'batch' : 'stage',
      what: stringOption(values, 'what') ?? name,
      where,
      agent: stringOption(values, 'agent'),
    });
    io.out(`Added ${added.stage === undefined ? `batch ${added.batch}` : `stage ${added.stage}`} ${fixName(name)}\n`);
    io.out(`Run it: work multi --batch ${added.batch}\n`);
    await tellOfApproval(files, stream.id, io);
    return exitCodes.done;
  },
};
