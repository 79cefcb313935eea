import { exitCodes, streamOption, type CliCommand } from '../commandLine';
import { planSources } from '../planActions';
import { openStream } from '../repository';

export const archiveSourceCommand: CliCommand = {
  name: 'archive-source',
  summary: 'Let openspec archive the change that a workstream was imported from',
  usage: 'archive-source',
  options: streamOption,
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    const { isDone, said } = await planSources(files, io).archive(stream.id);
    if (isDone) io.out(`${said}\n`);
    else io.err(`${said}\n`);
    return isDone ? exitCodes.done : exitCodes.failed;
  },
};
