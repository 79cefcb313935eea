import { stripControl } from '../../common/text';
import { person } from '../../domain/reservations/mail';
import { exitCodes, flag, streamOption, toJson, type CliCommand } from '../commandLine';
import { readSnapshot } from '../snapshot';
import { withRepository } from '../withRepository';

export const mailCommand: CliCommand = {
  name: 'mail',
  summary: 'Print what agents wrote to you since you last looked',
  usage: 'mail [--all] [--json]',
  options: { ...streamOption, all: { type: 'boolean' }, json: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { files, stream } = await readSnapshot(values, io);
    const mails = await withRepository(files.root, values, io, async repository =>
      (await repository.coordination(stream.id)).readMail(person, flag(values, 'all') ? 'all' : 'unread'),
    );
    if (flag(values, 'json')) io.out(toJson(mails));
    else if (mails.length === 0) io.out('No messages.\n');
    for (const { from, subject, body, importance, at } of flag(values, 'json') ? [] : mails) {
      const high = importance === 'normal' ? '' : ` (${importance})`;
      io.out(`Thread ${from}, ${new Date(at).toISOString()}${high}\n${stripControl(`${subject}\n${body}`)}\n\n`);
    }
    return exitCodes.done;
  },
};
