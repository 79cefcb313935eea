import { oneLine } from '../../common/text';
import { exitCodes, requireOption, streamOption, stringOption, type CliCommand } from '../commandLine';
import { planChanges, tellOfApproval } from '../planActions';
import { openStream } from '../repository';

export const addStageCommand: CliCommand = {
  name: 'add-stage',
  summary: 'Add a stage at the end of the plan; its batches are added next, or written by hand',
  usage: 'add-stage --name "…" [--definition "…"]',
  options: { ...streamOption, name: { type: 'string', short: 'n' }, definition: { type: 'string' } },
  async run(values, _positionals, io) {
    const name = requireOption(values, 'name', '"Release"').trim();
    const { files, stream } = await openStream(values, io);
    const id = await planChanges(files, io).addStage(stream.id, { name, definition: stringOption(values, 'definition') });
    io.out(`Added stage ${id} ${oneLine(name)}\n`);
    await tellOfApproval(files, stream.id, io);
    return exitCodes.done;
  },
};
