import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createOpencodeClient, type OpencodeClient } from '@opencode-ai/sdk/v2/client';
import { isolatedHome } from './isolatedHome';
import { opencodeBinary } from './opencodeBinary';
import { projectRoot } from './projectRoot';
import { waitFor } from './waitFor';

export type PluginServer = {
  /** A client for sessions of that directory. */
  client(directory: string): OpencodeClient;
  /** What the server has printed so far. */
  output(): string;
  stop(): Promise<void>;
};

const password = 'secret';

/**
 * A real opencode server with the plugin as it is shipped (`dist/plugin.js`), started without anything else of the product.
 * Its second model has a name for which opencode offers patches instead of write and edit.
 */
export async function startPluginServer(folder: string, modelUrl: string): Promise<PluginServer> {
  const { environment } = await isolatedHome({ folder, modelUrl });
  const port = await freePort();
  const child = spawn(opencodeBinary(), ['serve', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environment,
      OPENCODE_CONFIG_CONTENT: withPlugin(environment.OPENCODE_CONFIG_CONTENT ?? '{}', await placePlugin(folder)),
      OPENCODE_SERVER_PASSWORD: password,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const headers = { authorization: `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}` };
  const baseUrl = `http://127.0.0.1:${port}`;
  await waitFor('the opencode server', () => isHealthy(baseUrl, headers), { describe: () => output });
  return {
    client: directory => createOpencodeClient({ baseUrl, directory, headers }),
    output: () => output,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** In a folder of its own: a package.json beside it would be loaded in its place. */
async function placePlugin(folder: string): Promise<string> {
  const file = path.join(folder, 'plugin', 'plugin.js');
  await mkdir(path.dirname(file), { recursive: true });
  await copyFile(path.join(projectRoot(), 'dist', 'plugin.js'), file);
  return pathToFileURL(file).href;
}

function withPlugin(text: string, plugin: string): string {
  const configuration = JSON.parse(text) as { provider: { lab: { models: Record<string, unknown> } } };
  const { models } = configuration.provider.lab;
  models['gpt-5-scripted'] = models.scripted;
  return JSON.stringify({ ...configuration, plugin: [plugin] });
}

/** A server that is starting accepts requests that it never answers, so each has a limit of its own. */
async function isHealthy(baseUrl: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const request = fetch(`${baseUrl}/global/health`, { headers, signal: AbortSignal.timeout(2000) });
  return request.then(({ ok }) => ok).catch(() => false);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
