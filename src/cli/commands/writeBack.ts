import { exitCodes, streamOption, type CliCommand } from '../commandLine';
import { planSources } from '../planActions';
import { CliError, openStream } from '../repository';

export const writeBackCommand: CliCommand = {
  name: 'write-back',
  summary: 'Write what was done back to where a plan was imported from',
  usage: 'write-back',
  options: streamOption,
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    const sources = planSources(files, io);
    const record = await sources.record(stream.id);
    if (!record) throw new CliError(`The plan of ${stream.id} was not imported: there is nothing to write back to.`);
    const problems = await sources.writeBack(stream.id);
    for (const problem of problems) io.err(`warning: ${problem}\n`);
    io.out(`${record.path} is up to date${problems.length === 0 ? '' : ', except for what is said above'}.\n`);
    return problems.length === 0 ? exitCodes.done : exitCodes.failed;
  },
};
