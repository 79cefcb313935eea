import path from 'node:path';
import { createOpencodeClient, type OpencodeClient } from '@opencode-ai/sdk/v2/client';

export type Credentials = { readonly url: string; readonly username?: string | undefined; readonly password?: string | undefined };

/** A way to one server. Clients of different directories share it; a session belongs to its directory. */
export type Connection = {
  readonly url: string;
  readonly username: string;
  readonly password: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** For what concerns the whole server: health, events. */
  readonly server: OpencodeClient;
  /** The same client for the same directory. @throws when the directory is empty. */
  client(directory: string): OpencodeClient;
};

export const defaultUsername = 'opencode';

export function createConnection({ url, username = defaultUsername, password }: Credentials): Connection {
  const baseUrl = url.replace(/\/+$/, '');
  const headers: Record<string, string> =
    password === undefined ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  const clients = new Map<string, OpencodeClient>();
  return {
    url: baseUrl,
    username,
    password,
    headers,
    server: createOpencodeClient({ baseUrl, headers: { ...headers } }),
    client(directory) {
      if (directory === '') throw new RangeError('Directory is required to create a scoped OpenCode client.');
      const key = path.resolve(directory);
      const client = clients.get(key) ?? createOpencodeClient({ baseUrl, headers: { ...headers }, directory: key });
      clients.set(key, client);
      return client;
    },
  };
}
