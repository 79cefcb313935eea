import { isBusy } from './busySessions';
import { createConnection } from './connection';
import { ownLiveServer, type LiveServer } from './liveServer';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { descendants, endProcess, isSameProcess, killNow, whoIsLeft } from './processes';
import { request } from './request';
import { checkConfig, isProtected, waitForHealth } from './serverHealth';
import { predecessors, readServerState, removeServerState, writeServerState, type ServerState } from './serverState';
import { startServer, type StartOptions } from './startServer';

/** How long a server that we find may be silent: it may be starting, or have much to do. */
const patience = 20_000;

/** The one server of this user on this machine: found by its state file, started, ended. Callers hold the server's lock, but for `adopt`. */
export class OwnServer {
  constructor(private readonly options: StartOptions) {}

  /** Adopts the server that runs, or starts one. One that is idle but outdated is replaced. @throws {OpencodeError} */
  async obtain(signal?: AbortSignal): Promise<LiveServer> {
    const { stateDirectory, logger } = this.options;
    const state = await readServerState(stateDirectory);
    const before = predecessors(state);
    if (state?.stopping === true) await this.end({ restarting: state.restarting });
    const live = await this.adopt(patience, signal);
    if (!live) return startServer(this.options, before, signal);
    let problem = live.outdated ? 'it has another version of the task tools' : undefined;
    try {
      await checkConfig(live.connection, stateDirectory, signal);
    } catch (error) {
      if (!isOpencodeError(error, 'bad-config') || (await this.isBusy(live))) throw error;
      problem = 'it was started with a configuration that is wrong'; // and does not read it again
    }
    if (problem === undefined || (await this.isBusy(live))) return live;
    logger.info(`replacing the idle opencode server: ${problem}`);
    await this.end({ restarting: true });
    return startServer(this.options, predecessors(await readServerState(stateDirectory)), signal);
  }

  /** Adopts the server that another program put into the place of ours, outdated or not; starts one where that program did not. */
  async follow(signal?: AbortSignal): Promise<LiveServer> {
    return (await this.adopt(patience, signal)) ?? this.obtain(signal);
  }

  /**
   * The server that the state file names, if it is that process still and answers with our password.
   * @throws {OpencodeError} `unreachable` when the process runs but says nothing for `limit` milliseconds.
   */
  async adopt(limit: number, signal?: AbortSignal): Promise<LiveServer | undefined> {
    const { stateDirectory, pluginFile } = this.options;
    const state = await readServerState(stateDirectory);
    if (!state || state.stopping || !(await isSameProcess(state.pid, state.processStart))) return undefined;
    const connection = createConnection(state);
    const gone = async () =>
      (await isSameProcess(state.pid, state.processStart)) ? undefined : new OpencodeError('stopped', 'The opencode server ended.');
    try {
      const version = await waitForHealth(connection, limit, gone, signal);
      return (await isProtected(connection)) ? await ownLiveServer({ connection, version, state, pluginFile }) : undefined;
    } catch (error) {
      if (isOpencodeError(error, 'stopped', 'unauthorized', 'request-failed')) return undefined;
      if (!isOpencodeError(error, 'unreachable')) throw error;
      const message = `The opencode server (process ${state.pid}) runs but does not answer. Restart it with Work: Restart Server, or "work serve --stop".`;
      throw new OpencodeError('unreachable', message, { cause: error });
    }
  }

  /**
   * Aborts what runs, so that no tool is left behind, then ends the process. False when there was none of ours. `restarting`: word
   * is left that another one takes its place, so that who works with it waits for that one; it is kept until that one is there, since
   * who looks in between would take the server for stopped.
   */
  async end({ restarting }: { readonly restarting: boolean }): Promise<boolean> {
    const { stateDirectory, logger } = this.options;
    const state = await readServerState(stateDirectory);
    if (!state) return false;
    if (!(await isProvablyOurs(state))) {
      if (!restarting) await removeServerState(stateDirectory, state.pid);
      return false;
    }
    await writeServerState(stateDirectory, { ...state, stopping: true, restarting });
    const tools = await descendants(state.pid).catch(() => []);
    try {
      await request('end the sessions', { timeout: 5000 }, options => createConnection(state).server.global.dispose(options));
      await whoIsLeft(tools, 2000); // the server answers before they are gone, and would leave them behind
    } catch (error) {
      logger.warn(`the sessions of the opencode server could not be ended first: ${String(error)}`);
    }
    await endProcess(state.pid, 3000);
    for (const tool of await whoIsLeft(tools, 0)) killNow(tool);
    if (!restarting) await removeServerState(stateDirectory, state.pid);
    logger.info(`stopped the opencode server (process ${state.pid})`);
    return true;
  }

  /** When in doubt, busy. */
  async isBusy({ connection, process }: LiveServer): Promise<boolean> {
    try {
      return await isBusy(connection, process?.startedAt ?? 0);
    } catch (error) {
      this.options.logger.warn(`cannot tell whether the opencode server is busy: ${String(error)}`);
      return true;
    }
  }
}

/** Where a process's start cannot be asked, only the server that knows our password is the one that we started. */
async function isProvablyOurs({ pid, processStart: start, url, username, password }: ServerState): Promise<boolean> {
  if (!(await isSameProcess(pid, start))) return false;
  if (start !== null) return true;
  return waitForHealth(createConnection({ url, username, password }), 5000, () => undefined).then(
    () => true,
    () => false,
  );
}
