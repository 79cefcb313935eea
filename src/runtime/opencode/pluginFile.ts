import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, type ParseError } from 'jsonc-parser';
import writeFileAtomic from 'write-file-atomic';

export type InstalledPlugin = { readonly hash: string; readonly url: string };

/** What tells one version of the plugin from another. */
export function pluginHash(bundle: Buffer): string {
  return createHash('sha256').update(bundle).digest('hex').slice(0, 16);
}

/**
 * Copies the bundle to where a server can load it for as long as it runs, whatever happens to the original: under its
 * hash, in a folder of its own, because a `package.json` beside it would redirect the load.
 */
export async function installPlugin(file: string, stateDirectory: string): Promise<InstalledPlugin> {
  const bundle = await readFile(file);
  const hash = pluginHash(bundle);
  const folder = path.join(stateDirectory, 'plugins', hash);
  const target = path.join(folder, 'plugin.js');
  const present = await readFile(target).catch(() => undefined);
  if (!present?.equals(bundle)) {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(target, bundle);
  }
  return { hash, url: pathToFileURL(target).href };
}

/**
 * `OPENCODE_CONFIG_CONTENT` with our plugin added to what the caller's environment has there. Text that is not a JSON
 * object is left as it is, so that the server names what is wrong with it.
 */
export function withPlugin(content: string | undefined, url: string): string {
  if (content === undefined || content.trim() === '') return JSON.stringify({ plugin: [url] });
  const errors: ParseError[] = [];
  const config: unknown = parse(content, errors, { allowTrailingComma: true });
  if (errors.length > 0 || typeof config !== 'object' || config === null || Array.isArray(config)) return content;
  const plugins: unknown = 'plugin' in config ? config.plugin : undefined;
  return JSON.stringify({ ...config, plugin: [...(Array.isArray(plugins) ? (plugins as unknown[]) : []), url] });
}
