import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../common/logger';
import type { Connection } from './connection';
import { isOpencodeError } from './opencodeError';

type RestartableServer = { ensure(signal?: AbortSignal): Promise<Connection>; wasStopped(): Promise<boolean> };

/** How often a call is made when the server goes away under it. */
const mostTries = 3;
/** A process that was killed is there for a moment longer than its connections, in milliseconds. */
const whileItDies = 500;

/**
 * Makes a call that may be repeated, and makes it again with a server that was started anew when the server died under it or while it started; not
 * when somebody stopped the server. `act` is told how often it was tried, from 1. @throws what the last call threw.
 */
export async function throughRestarts<T>(
  what: string,
  { server, logger }: { readonly server: RestartableServer; readonly logger: Logger },
  act: (connection: Connection, tries: number) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    let connection: Connection | undefined;
    try {
      connection = await server.ensure(signal);
      return await act(connection, tries);
    } catch (error) {
      const isItsEnd = isOpencodeError(error, connection ? 'unreachable' : 'killed');
      if (tries === mostTries || !isItsEnd || (await server.wasStopped())) throw error;
      logger.warn(`the opencode server went away; trying again to ${what}: ${error.message}`);
      await pause(whileItDies * tries, undefined, { signal });
    }
  }
}
