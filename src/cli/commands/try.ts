import { normalizeId, parseId } from '../../domain/ids';
import { exitCodes, streamOption, UsageError, type CliCommand } from '../commandLine';
import { withReviews } from '../openReviews';
import { CliError } from '../repository';

export const tryCommand: CliCommand = {
  name: 'try',
  summary: 'Bring a thread’s changes into your checkout without a commit; what is in the way is named, and nothing happens',
  usage: 'try <thread>   e.g. work try 01.01.02; work undo-try takes it out again',
  options: streamOption,
  positionals: true,
  run(values, [given, ...rest], io) {
    if (given === undefined || rest.length > 0) throw new UsageError('say which thread, e.g. work try 01.01.02');
    const thread = parseId(given)?.length === 3 ? normalizeId(given) : undefined;
    if (thread === undefined) throw new CliError(`Invalid thread ID format: ${given}. Expected "stage.batch.thread" (e.g., "01.01.02")`);
    return withReviews(values, io, async (reviews, stream) => {
      const { files, leftOut } = await reviews.try(stream, thread);
      io.out(files.map(file => `  ${file}\n`).join(''));
      io.out(`The changes of thread ${thread} are in your checkout, not committed. Take them out again with: work undo-try\n`);
      if (leftOut.length > 0) io.out(`Submodules are left out: ${leftOut.join(', ')}\n`);
      return exitCodes.done;
    });
  },
};
