import path from 'node:path';
import { systemClock } from '../common/clock';
import type { Settings } from '../domain/settings/settings';
import { createRuntime, type Runtime } from '../runtime/createRuntime';
import { readSettings } from '../runtime/settings/readSettings';
import { defaultStateDirectory } from '../runtime/stateDirectory';
import { flag, numberOption, stringOption, UsageError, type Io, type OptionValues } from './commandLine';

export const portOption = { port: { type: 'string', short: 'p' } } as const;

/** The options of every command that talks to the opencode server. */
export const serverOptions = { ...portOption, 'no-server': { type: 'boolean' } } as const;

/** The options of every command that makes agents work. */
export const budgetOptions = { 'turns-per-task': { type: 'string' }, 'cost-limit': { type: 'string' } } as const;

/**
 * The same runtime as the window's, with settings from `.vscode/settings.json`, `WORK_*` and the flags. `isFirstLook`: another one
 * is opened after it, which says what is wrong with them.
 */
export async function openRuntime(
  root: string,
  values: OptionValues,
  io: Io,
  { isFirstLook = false }: { readonly isFirstLook?: boolean } = {},
): Promise<{ readonly runtime: Runtime; readonly settings: Settings }> {
  const port = numberOption(values, 'port', { from: 1, to: 65_535 });
  const flags = {
    ...(port === undefined ? {} : { 'work.server.port': port }),
    ...(flag(values, 'no-server')
      ? { 'work.server.mode': 'external', 'work.server.url': io.env.WORK_SERVER_URL ?? `http://127.0.0.1:${port ?? 4096}` }
      : {}),
    ...budgetFlags(values),
  };
  const { settings, problems } = await readSettings(root, { environment: io.env, flags, trusted: true });
  if (!isFirstLook) for (const problem of problems) io.err(`warning: ${problem}\n`);
  const runtime = createRuntime({
    stateDirectory: defaultStateDirectory(io.env),
    settings: () => settings,
    pluginFile: path.join(io.programFolder, 'plugin.js'),
    workScript: path.join(io.programFolder, 'work.js'),
    environment: io.env,
    agentMailToken: () => Promise.resolve(io.env.WORK_AGENT_MAIL_TOKEN),
    program: 'work',
    logger: io.logger,
    clock: systemClock,
  });
  return { runtime, settings };
}

function budgetFlags(values: OptionValues): Readonly<Record<string, number>> {
  const turns = numberOption(values, 'turns-per-task');
  const text = stringOption(values, 'cost-limit');
  const cost = text === undefined ? undefined : Number(text.replace(/^\$/, ''));
  if (cost !== undefined && !(cost >= 0 && Number.isFinite(cost))) {
    throw new UsageError(`--cost-limit needs an amount in dollars, got "${text}"`);
  }
  return {
    ...(turns === undefined ? {} : { 'work.budget.turnsPerTask': turns }),
    ...(cost === undefined ? {} : { 'work.budget.costPerWorkstream': cost }),
  };
}
