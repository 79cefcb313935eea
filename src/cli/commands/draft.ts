import { stripControl } from '../../common/text';
import { serverOptions } from '../cliRuntime';
import { exitCodes, flag, UsageError, type CliCommand } from '../commandLine';
import { openFiles } from '../repository';
import { withRepository } from '../withRepository';

export const draftCommand: CliCommand = {
  name: 'draft',
  summary: 'Let an agent that only reads draft an OpenSpec change from a request; nothing is written before you approve it',
  usage: `draft "<what is wanted>" [--yes] [--port <n>] [--no-server]
  --yes                    write it into openspec/changes without asking`,
  options: { 'repo-root': { type: 'string' }, ...serverOptions, yes: { type: 'boolean' } },
  positionals: true,
  async run(values, words, io) {
    const request = words.join(' ').trim();
    if (request === '') throw new UsageError('say what is wanted, e.g. work draft "Search in all projects"');
    const { root } = await openFiles(values, io);
    return withRepository(root, values, io, async ({ changeDrafts }) => {
      const drafted = await changeDrafts.draft(request, io.signal);
      for (const { path, text } of drafted.files) io.out(`\nopenspec/changes/${drafted.id}/${path}\n\n${stripControl(text)}`);
      io.out(drafted.isValidated === true ? '\nopenspec validate --strict: valid\n' : '\nNot validated: openspec is not on PATH.\n');
      const answer = flag(values, 'yes') ? 'y' : await io.ask('\nWrite this change? [y/N] ');
      if (answer === undefined || !/^y(es)?$/i.test(answer.trim())) {
        io.out('Nothing was written.\n');
        return exitCodes.done;
      }
      const folder = await changeDrafts.write(drafted);
      io.out(`Written to ${folder}. Make a workstream of it with: work import ${folder}\n`);
      return exitCodes.done;
    });
  },
};
