import { createConnection } from './connection';
import type { LiveServer } from './liveServer';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { readHealth, versionWarning } from './serverHealth';

export type ExternalOptions = {
  readonly url?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
};

/** A server that somebody else runs. @throws {OpencodeError} `unreachable`, `unauthorized`, `wrong-version` */
export async function findExternalServer({ url, username, password }: ExternalOptions, signal?: AbortSignal): Promise<LiveServer> {
  if (url === undefined || url === '') {
    const message = 'work.server.mode is "external", but work.server.url names no server. Set it, for example to http://127.0.0.1:4096.';
    throw new OpencodeError('unreachable', message);
  }
  const connection = createConnection({ url, username, password });
  try {
    const version = await readHealth(connection, 10_000, signal);
    return {
      connection,
      version,
      warning: versionWarning(version),
      process: undefined,
      launched: undefined,
      plugin: 'none',
      outdated: false,
    };
  } catch (error) {
    throw isOpencodeError(error, 'unreachable', 'unauthorized') ? inOurWords(error, url) : error;
  }
}

function inOurWords(error: OpencodeError, url: string): OpencodeError {
  const message =
    error.reason === 'unauthorized'
      ? `The opencode server at ${url} does not accept the user name and password. Set OPENCODE_SERVER_PASSWORD (and OPENCODE_SERVER_USERNAME) to the ones it was started with.`
      : `No opencode server answers at ${url}. Start it there, or set work.server.url or work.server.mode.`;
  return new OpencodeError(error.reason, message, { cause: error, statusCode: error.statusCode });
}
