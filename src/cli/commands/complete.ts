import path from 'node:path';
import { exitCodes, flag, streamOption, type CliCommand, type Io, type OptionValues } from '../commandLine';
import { openStream } from '../repository';
import { deliveringIn, tellDelivery, withRepository } from '../withRepository';

export const completeCommand: CliCommand = {
  name: 'complete',
  summary: 'Write COMPLETION.md from all reports and mark the workstream completed',
  usage: 'complete [--force]',
  options: { ...streamOption, force: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    return withRepository(files.root, values, io, async ({ reports, deliveries, sources }, settings) => {
      const open = await reports.completionWarnings(stream.id, { delivers: settings.delivery === 'onCompletion' });
      for (const sentence of open) io.err(`warning: ${sentence}\n`);
      if (open.length > 0 && !(await isWantedAnyway(values, io))) return exitCodes.failed;
      const delivery = await deliveries.beforeCompletion(stream.id, deliveringIn(io));
      const isDelivered = delivery === undefined || tellDelivery(delivery, io) === exitCodes.done;
      if (!isDelivered && !(await isWantedAnyway(values, io))) return exitCodes.failed;
      const file = await reports.complete(stream.id);
      io.out(`${path.relative(files.root, file)}\nWorkstream ${stream.id} is completed.\n`);
      if (await sources.isArchivable(stream.id)) io.out('Put away what its plan came from: work archive-source\n');
      return exitCodes.done;
    });
  },
};

async function isWantedAnyway(values: OptionValues, io: Io): Promise<boolean> {
  if (flag(values, 'force')) return true;
  const answer = await io.ask('Complete anyway? [y/N]: ');
  if (answer?.trim().toLowerCase().startsWith('y') === true) return true;
  io.err('Nothing was written. Finish what is open, or pass --force.\n');
  return false;
}
