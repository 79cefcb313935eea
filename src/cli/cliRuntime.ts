import path from 'node:path';
import { systemClock } from '../common/clock';
import type { Settings } from '../domain/settings/settings';
import { createRuntime, type Runtime } from '../runtime/createRuntime';
import { readSettings } from '../runtime/settings/readSettings';
import { defaultStateDirectory } from '../runtime/stateDirectory';
import { flag, numberOption, type Io, type OptionValues } from './commandLine';

/** The options of every command that talks to the opencode server. */
export const serverOptions = { port: { type: 'string', short: 'p' }, 'no-server': { type: 'boolean' } } as const;

/** The same runtime as the window's, with settings from `.vscode/settings.json`, `WORK_*` and the flags. */
export async function openRuntime(
  root: string,
  values: OptionValues,
  io: Io,
): Promise<{ readonly runtime: Runtime; readonly settings: Settings }> {
  const port = numberOption(values, 'port');
  const flags = {
    ...(port === undefined ? {} : { 'work.server.port': port }),
    ...(flag(values, 'no-server')
      ? { 'work.server.mode': 'external', 'work.server.url': io.env.WORK_SERVER_URL ?? `http://127.0.0.1:${port ?? 4096}` }
      : {}),
  };
  const { settings, problems } = await readSettings(root, { environment: io.env, flags, trusted: true });
  for (const problem of problems) io.err(`warning: ${problem}\n`);
  const runtime = createRuntime({
    stateDirectory: defaultStateDirectory(io.env),
    settings: () => settings,
    pluginFile: path.join(io.programFolder, 'plugin.js'),
    workScript: path.join(io.programFolder, 'work.js'),
    environment: io.env,
    program: 'work',
    logger: io.logger,
    clock: systemClock,
  });
  return { runtime, settings };
}
