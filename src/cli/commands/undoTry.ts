import { count } from '../../common/text';
import { exitCodes, flag, streamOption, UsageError, type CliCommand } from '../commandLine';
import { withReviews } from '../openReviews';

export const undoTryCommand: CliCommand = {
  name: 'undo-try',
  summary: 'Take the changes of a tried thread out of your checkout again, byte for byte; --keep makes them yours',
  usage: 'undo-try [--keep]',
  options: { ...streamOption, keep: { type: 'boolean' } },
  run(values, positionals, io) {
    if (positionals.length > 0) throw new UsageError(`too many words: ${positionals.join(' ')}`);
    return withReviews(values, io, async ({ tries }) => {
      if (flag(values, 'keep')) {
        await tries.keep();
        io.out('What was tried is yours now.\n');
        return exitCodes.done;
      }
      const { thread, files } = await tries.undo();
      io.out(
        `The changes of thread ${thread} are out of your checkout again: ${count(files.length, 'file')} ${files.length === 1 ? 'is' : 'are'} as before.\n`,
      );
      return exitCodes.done;
    });
  },
};
