import { setTimeout as pause } from 'node:timers/promises';
import { anySignal } from '../../common/abort';
import { createConnection, type Connection } from './connection';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { request } from './request';

/** The server that this client was made for. */
export const expectedVersion = '1.18.33';

/** How long, in milliseconds, a server may have been ready before it is noticed; a start takes some three seconds, an ask next to nothing. */
const longestWait = 200;

/** The server's version. @throws {OpencodeError} `unreachable`, `unauthorized`, or `request-failed` when it is something else. */
export async function readHealth(connection: Connection, timeout: number, signal?: AbortSignal): Promise<string> {
  const health: unknown = await request('ask for the health of the opencode server', { timeout, signal }, options =>
    connection.server.global.health(options),
  );
  if (typeof health === 'object' && health !== null && 'version' in health && typeof health.version === 'string') return health.version;
  throw new OpencodeError('request-failed', `${connection.url} answers, but it is not an opencode server.`);
}

/**
 * Waits until the server answers and gives its version. Asks again without waiting for the last answer, because a server that
 * is starting accepts requests that it never answers. `gone` says why it will not answer any more.
 * @throws {OpencodeError} `unauthorized`; what `gone` says; `unreachable` after `limit` milliseconds.
 */
export async function waitForHealth(
  connection: Connection,
  limit: number,
  gone: () => OpencodeError | undefined | Promise<OpencodeError | undefined>,
  signal?: AbortSignal,
): Promise<string> {
  const end = Date.now() + limit;
  const enough = new AbortController();
  const either = anySignal(signal, enough.signal);
  let settle: (answer: string | OpencodeError) => void = () => undefined;
  const answer = new Promise<string | OpencodeError>(resolve => (settle = resolve));
  const ask = () =>
    readHealth(connection, 10_000, either).then(settle, (error: unknown) => {
      if (isOpencodeError(error) && error.reason !== 'unreachable') settle(error);
    });
  try {
    for (let wait = 100; ; wait = Math.min(wait * 1.5, longestWait)) {
      void ask();
      const answered = await Promise.race([answer, pause(wait, undefined, { signal: either })]);
      if (answered instanceof OpencodeError) throw answered;
      if (answered !== undefined) return answered;
      const why = await gone();
      if (why) throw why;
      if (Date.now() > end) {
        throw new OpencodeError('unreachable', `The opencode server at ${connection.url} did not answer within ${limit / 1000} seconds.`);
      }
    }
  } finally {
    enough.abort();
  }
}

/**
 * Makes sure that the server can work in the directory: a server that is healthy still refuses everything where its
 * configuration is wrong. @throws {OpencodeError} `bad-config` with what the server says of it.
 */
export async function checkConfig(connection: Connection, directory: string, signal?: AbortSignal): Promise<void> {
  await request('read the configuration of opencode', { signal }, options => connection.client(directory).config.get({}, options));
}

/**
 * A sentence when the server's version is another one than we know; undefined when it is the same.
 * @throws {OpencodeError} `wrong-version` when it is of another major version.
 */
export function versionWarning(version: string): string | undefined {
  if (version === expectedVersion) return undefined;
  if (version.split('.')[0] === expectedVersion.split('.')[0]) {
    return `This is opencode ${version}; the extension is tested with ${expectedVersion}. If something fails, install that version.`;
  }
  throw new OpencodeError(
    'wrong-version',
    `This is opencode ${version}, which does not work here. Install version ${expectedVersion} ("npm install -g opencode-ai@${expectedVersion}").`,
  );
}

/** Whether the server wants credentials: one that accepts everybody is not one that we started. */
export async function isProtected(connection: Connection): Promise<boolean> {
  try {
    await readHealth(createConnection({ url: connection.url }), 10_000);
    return false;
  } catch (error) {
    return isOpencodeError(error, 'unauthorized');
  }
}
