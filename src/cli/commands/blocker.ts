import { exitCodes, requireOption, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { blockers, tellOfApproval } from '../planActions';
import { openStream } from '../repository';

export const blockerCommand: CliCommand = {
  name: 'blocker',
  summary: 'Add a thread that takes out of the way what blocks a task, and let the task wait for it',
  usage: 'blocker <thread or task> --name "…" [--what "…"] [--agent <name>]',
  options: { ...streamOption, name: { type: 'string', short: 'n' }, what: { type: 'string', short: 'w' }, agent: { type: 'string' } },
  positionals: true,
  async run(values, positionals, io) {
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('say which task: work blocker 01.01.02.01 --name "…"');
    const name = requireOption(values, 'name', '"Ask for an API key"').trim();
    const { files, stream } = await openStream(values, io);
    const what = stringOption(values, 'what');
    const added = await blockers(files, io).create(stream.id, { id, name, what, agent: stringOption(values, 'agent') });
    if (added.why !== undefined) io.out(`Task ${added.blocked} was blocked: ${added.why}\n`);
    io.out(`Added thread ${added.thread}. Task ${added.blocked} is pending again and waits for it.\n`);
    io.out(`Run it: work multi --batch ${added.batch}\n`);
    await tellOfApproval(files, stream.id, io);
    return exitCodes.done;
  },
};
