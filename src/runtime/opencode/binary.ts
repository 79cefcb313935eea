import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { OpencodeError } from './opencodeError';
import type { Environment } from './serverEnvironment';

export type BinaryPlaces = {
  /** The user's setting: a path, or a name to look up on PATH. */
  readonly setting?: string | undefined;
  readonly env: Environment;
  /** `node_modules` folders to look in when PATH has none. */
  readonly extra?: readonly string[];
  readonly platform?: NodeJS.Platform;
};

const installHint = 'Install it (https://opencode.ai, or "npm install -g opencode-ai"), or name its path in work.opencode.path.';

/**
 * Where opencode is: the setting, then PATH, then the given `node_modules` folders.
 * @throws {OpencodeError} `no-binary`, with a message that says how to install it.
 */
export async function findBinary({ setting, env, extra = [], platform = process.platform }: BinaryPlaces): Promise<string> {
  if (setting !== undefined && setting !== '') {
    const named = /[\\/]/.test(setting) ? await usable(expandHome(setting), platform) : await onPath(setting, env, platform);
    if (named !== undefined) return named;
    throw new OpencodeError('no-binary', `work.opencode.path names "${setting}", which is not a program. ${installHint}`);
  }
  const found = (await onPath('opencode', env, platform)) ?? (await inPackages(extra, platform));
  if (found !== undefined) return found;
  throw new OpencodeError('no-binary', `opencode was not found. ${installHint}`);
}

async function onPath(name: string, env: Environment, platform: NodeJS.Platform): Promise<string | undefined> {
  const list = Object.entries(env).find(([key]) => key === 'PATH' || (platform === 'win32' && key.toUpperCase() === 'PATH'))?.[1] ?? '';
  const folders = list.split(platform === 'win32' ? ';' : ':').filter(folder => path.isAbsolute(folder));
  for (const folder of folders) {
    const found = await firstUsable(platform === 'win32' ? windowsNames(folder, name) : [path.join(folder, name)], platform);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** npm's shims are scripts, which only a shell can start; the program they start lies beside them. */
function windowsNames(folder: string, name: string): readonly string[] {
  return [
    path.join(folder, `${name}.exe`),
    path.join(folder, name),
    path.join(folder, 'node_modules', 'opencode-ai', 'bin', 'opencode.exe'),
  ].filter(file => file.toLowerCase().endsWith('.exe'));
}

/** Without its install script, the package's own program is a stub; the one of the platform's package works all the same. */
async function inPackages(folders: readonly string[], platform: NodeJS.Platform): Promise<string | undefined> {
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const prefix = `opencode-${platform === 'win32' ? 'windows' : platform}-${process.arch}`;
    const platformPackages = names.filter(name => name === prefix || name.startsWith(`${prefix}-`)).sort((a, b) => a.length - b.length);
    const program = platform === 'win32' ? 'opencode.exe' : 'opencode';
    const found = await firstUsable(
      [path.join(folder, 'opencode-ai', 'bin', 'opencode.exe'), ...platformPackages.map(name => path.join(folder, name, 'bin', program))],
      platform,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

async function firstUsable(files: readonly string[], platform: NodeJS.Platform): Promise<string | undefined> {
  for (const file of files) {
    const found = await usable(file, platform);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The size of the script that stands in for the program until the package's install script ran. */
const stubSize = 4096;

async function usable(file: string, platform: NodeJS.Platform): Promise<string | undefined> {
  try {
    const real = await realpath(file);
    const found = await stat(real);
    if (!found.isFile()) return undefined;
    if (real.endsWith(path.join('opencode-ai', 'bin', 'opencode.exe')) && found.size < stubSize) return undefined;
    if (platform !== 'win32') await access(real, constants.X_OK);
    return path.resolve(file);
  } catch {
    return undefined;
  }
}

function expandHome(file: string): string {
  return file === '~' || file.startsWith('~/') || file.startsWith('~\\') ? path.join(homedir(), file.slice(1)) : path.resolve(file);
}
