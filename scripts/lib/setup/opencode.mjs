import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Advice } from '../fail.mjs';
import { root } from '../paths.mjs';
import { run } from '../run.mjs';

const folder = path.join(root, 'node_modules', 'opencode-ai');

/** The native program of the pinned `opencode-ai`: its install script puts it here, under this name on every platform. */
export const opencodeBinary = path.join(folder, 'bin', 'opencode.exe');

/** Before its install script ran (npm may be told to ignore scripts) a short text stands in the program's place. */
const isProgram = () => existsSync(opencodeBinary) && statSync(opencodeBinary).size > 1_000_000;

export async function ensureOpencode() {
  if (!isProgram()) await run(process.execPath, [path.join(folder, 'postinstall.mjs')], { cwd: folder });
  const wanted = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
  const found = isProgram() ? execFileSync(opencodeBinary, ['--version'], { encoding: 'utf8' }).trim() : 'no program';
  if (found !== wanted) {
    throw new Advice(
      `opencode ${wanted} did not install itself (found: ${found}). Remove node_modules and run the command again, with npm's install scripts allowed.`,
    );
  }
  return opencodeBinary;
}
