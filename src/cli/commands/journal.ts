import { timelineOf, timelineText } from '../../domain/journal/timeline';
import { Git } from '../../runtime/git/git';
import { journalFile, journalFolder } from '../../runtime/journal/journalPaths';
import { readJournal } from '../../runtime/journal/readJournal';
import { exitCodes, flag, streamOption, stringOption, toJson, type CliCommand } from '../commandLine';
import { openStream } from '../repository';

export const journalCommand: CliCommand = {
  name: 'journal',
  summary: 'Show what was done and with what evidence, run by run, from the journal of a workstream',
  usage: 'journal [--only <id of a stage, batch, thread or task>] [--json]',
  options: { ...streamOption, only: { type: 'string' }, json: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    const file = journalFile(journalFolder(await new Git(files.root).commonDir(), stream.id));
    const { events, ignored } = await readJournal(file);
    const timeline = timelineOf(events, ignored, stringOption(values, 'only'));
    io.out(flag(values, 'json') ? toJson(timeline) : timelineText(`Journal of ${stream.id}`, file, timeline));
    return exitCodes.done;
  },
};
