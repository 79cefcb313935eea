import { randomBytes } from 'node:crypto';
import { isAbortError } from '../../common/abort';
import type { Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';
import { findBinary } from './binary';
import { createConnection, defaultUsername } from './connection';
import { launch } from './launch';
import { ownLiveServer, type LiveServer } from './liveServer';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { installPlugin, withPlugin, type InstalledPlugin } from './pluginFile';
import { findFreePort, isPortFree } from './ports';
import { endProcess, processStart } from './processes';
import { serverEnvironment, type Environment } from './serverEnvironment';
import { checkConfig, isProtected, waitForHealth } from './serverHealth';
import { removeServerState, writeServerState, type Predecessors } from './serverState';

export type StartOptions = {
  readonly stateDirectory: string;
  /** The user's setting for the program. */
  readonly binary?: string | undefined;
  /** `node_modules` folders to look for the program in. */
  readonly packages?: readonly string[] | undefined;
  /** The first to try; 4096 when absent. */
  readonly port?: number | undefined;
  readonly pluginFile?: string | undefined;
  /** The whole environment of who asks for the server. */
  readonly environment: Environment;
  readonly logger: Logger;
  readonly clock: Clock;
};

const startLimit = 60_000;
const attempts = 5;

/**
 * Starts a server on the first free port, waits until it can work, and leaves word of it in the state directory. `before`: the
 * servers whose place it takes.
 * @throws {OpencodeError} `no-binary`, `port-taken`, `wrong-version`, `bad-config`, or `did-not-start` and `killed` with what it printed.
 */
export async function startServer(options: StartOptions, before: Predecessors, signal?: AbortSignal): Promise<LiveServer> {
  const { port = 4096, environment, logger } = options;
  const binary = await findBinary({ setting: options.binary, env: environment, extra: options.packages ?? [] });
  const plugin = await installedPlugin(options);
  for (let first = port, attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const chosen = await findFreePort(first);
    const result = await tryPort(options, { binary, port: chosen, plugin, before }, signal);
    if (!(result instanceof OpencodeError)) {
      logger.info(`started opencode ${result.version} at ${result.connection.url} (process ${result.process?.pid ?? 0})`);
      return result;
    }
    if (attempt === attempts) {
      throw new OpencodeError('port-taken', `No free port was found from ${port} on: others take them. ${result.message}`, {
        cause: result,
      });
    }
    first = chosen + 1;
  }
}

type Start = {
  readonly binary: string;
  readonly port: number;
  readonly plugin: InstalledPlugin | undefined;
  readonly before: Predecessors;
};

/** Gives the error back when the port was taken between looking and listening, which the server does not say. */
async function tryPort(
  options: StartOptions,
  { binary, port, plugin, before }: Start,
  signal?: AbortSignal,
): Promise<LiveServer | OpencodeError> {
  const { stateDirectory, clock, logger, pluginFile } = options;
  const startedAt = clock.now();
  const password = randomBytes(32).toString('base64url');
  const credentials = { url: `http://127.0.0.1:${port}`, username: defaultUsername, password };
  const launched = await launch({ binary, port, stateDirectory, environment: childEnvironment(options, password, plugin) });
  try {
    const start = (await processStart(launched.pid)) ?? null;
    const state = {
      version: 1,
      pid: launched.pid,
      processStart: start,
      startedAt,
      ...credentials,
      binary,
      plugin: plugin?.hash ?? null,
      stopping: false,
      restarting: false,
      ...before,
    } as const;
    await writeServerState(stateDirectory, state); // before it answers: whoever comes after our end still finds it
    const connection = createConnection(credentials);
    const version = await waitForHealth(connection, startLimit, launched.ended, signal);
    if (!(await isProtected(connection))) {
      throw new OpencodeError('did-not-start', `Another opencode server listens at ${credentials.url}.`);
    }
    const live = await ownLiveServer({ connection, version, state, launched, pluginFile });
    await checkConfig(connection, stateDirectory, signal);
    return live;
  } catch (error) {
    const ended = launched.ended();
    const output = await launched.output();
    await endProcess(launched.pid, 3000);
    await removeServerState(stateDirectory, launched.pid);
    if (isAbortError(error) || !isOpencodeError(error) || isOpencodeError(error, 'bad-config', 'wrong-version')) throw error;
    const why = ended?.message ?? error.message;
    logger.warn(`opencode did not start at ${credentials.url}: ${why} ${output}`);
    if (!(await isPortFree(port))) return error;
    const reason = ended?.reason === 'killed' || isOpencodeError(error, 'unreachable') ? 'killed' : 'did-not-start';
    throw new OpencodeError(reason, `${why} ${output === '' ? 'It printed nothing.' : `It printed:\n${output}`}`, {
      cause: error,
    });
  }
}

function childEnvironment({ environment }: StartOptions, password: string, plugin: InstalledPlugin | undefined): Record<string, string> {
  const { OPENCODE_DISABLE_AUTOUPDATE: update, OPENCODE_CONFIG_CONTENT: content } = environment;
  return serverEnvironment(environment, {
    OPENCODE_DISABLE_AUTOUPDATE: update === undefined || update === '' ? '1' : update,
    OPENCODE_SERVER_PASSWORD: password,
    OPENCODE_SERVER_USERNAME: defaultUsername,
    ...(plugin ? { OPENCODE_CONFIG_CONTENT: withPlugin(content, plugin.url) } : {}),
  });
}

async function installedPlugin({ pluginFile, stateDirectory }: StartOptions): Promise<InstalledPlugin | undefined> {
  if (pluginFile === undefined) return undefined;
  try {
    return await installPlugin(pluginFile, stateDirectory);
  } catch (cause) {
    const message = `The task tools (${pluginFile}) cannot be copied to ${stateDirectory}: ${String(cause)}. Install the extension again.`;
    throw new OpencodeError('did-not-start', message, { cause });
  }
}
