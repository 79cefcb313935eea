import { exitCodes, requireOption, streamOption, UsageError, type CliCommand } from '../commandLine';
import { blockers, tellOfApproval } from '../planActions';
import { openStream } from '../repository';

export const scopeCommand: CliCommand = {
  name: 'scope',
  summary: 'Write into a thread of the plan what its scope is from now on; its next attempt is told',
  usage: 'scope <thread or task> --note "…"',
  options: { ...streamOption, note: { type: 'string', short: 'n' } },
  positionals: true,
  async run(values, positionals, io) {
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('say which thread: work scope 01.01.02 --note "…"');
    const note = requireOption(values, 'note', '"Only the login page"');
    const { files, stream } = await openStream(values, io);
    const thread = await blockers(files, io).adjustScope(stream.id, id, note);
    io.out(`The scope of thread ${thread} is written into the plan. Try it again: work retry --task ${thread}.01\n`);
    await tellOfApproval(files, stream.id, io);
    return exitCodes.done;
  },
};
