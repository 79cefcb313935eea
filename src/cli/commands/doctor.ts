import { untranslated } from '../../common/translate';
import { isFit, setupReport } from '../../domain/setup/setupReport';
import { setupText } from '../../domain/setup/setupText';
import { openRuntime, serverOptions } from '../cliRuntime';
import { exitCodes, flag, toJson, type CliCommand } from '../commandLine';
import { openFiles } from '../repository';

export const doctorCommand: CliCommand = {
  name: 'doctor',
  summary: 'Check that everything is there that running agents needs, and say what to do about what is not',
  usage: 'doctor [--json] [--server]   --server starts the opencode server, to ask it for its models; exit code 1: something is missing',
  options: { ...serverOptions, json: { type: 'boolean' }, server: { type: 'boolean' }, 'repo-root': { type: 'string' } },
  async run(values, _positionals, io) {
    const { root } = await openFiles(values, io);
    const { runtime } = await openRuntime(root, values, io);
    try {
      const facts = await runtime.readSetup(root, { startServer: flag(values, 'server') }, io.signal);
      const items = setupReport(facts, untranslated);
      const ok = isFit(items);
      io.out(flag(values, 'json') ? toJson({ ok, items }) : setupText(items, untranslated).text);
      return ok ? exitCodes.done : exitCodes.failed;
    } finally {
      runtime.dispose();
    }
  },
};
