import { openRuntime, portOption } from '../cliRuntime';
import { exitCodes, flag, type CliCommand } from '../commandLine';
import { openFiles } from '../repository';

export const serveCommand: CliCommand = {
  name: 'serve',
  summary: 'Start the opencode server (or adopt the one that runs), or stop it',
  usage: 'serve [--stop] [--port <n>]',
  options: { ...portOption, stop: { type: 'boolean' }, 'repo-root': { type: 'string' } },
  async run(values, _positionals, io) {
    const { root } = await openFiles(values, io);
    const { runtime } = await openRuntime(root, values, io);
    const { server } = runtime.opencode;
    try {
      if (flag(values, 'stop')) {
        const stopped = await server.stop();
        io.out(stopped ? 'The opencode server is stopped.\n' : 'No opencode server of ours is running.\n');
        return exitCodes.done;
      }
      const connection = await server.ensure(io.signal);
      const { adopted, version } = server.status;
      io.out(
        `${adopted === true ? 'Adopted' : 'Started'} opencode ${version ?? ''} on ${connection.url}. It keeps running; stop it with: work serve --stop\n`,
      );
      return exitCodes.done;
    } finally {
      runtime.dispose();
    }
  },
};
