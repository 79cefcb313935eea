import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { Advice } from '../fail.mjs';
import { cacheRoot, root } from '../paths.mjs';
import { npm, run } from '../run.mjs';

const recipe = path.join(root, 'tools', 'vscode-host');
const day = 24 * 60 * 60 * 1000;

/** The server build of VS Code is published for Linux only; elsewhere the host tests use the desktop build. */
export const vscodeHostIsAvailable = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** Named by what goes in, so that a changed recipe never meets an old install. */
export function vscodeHostFolder() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(path.join(recipe, file)));
  return path.join(cacheRoot, `${hash.digest('hex').slice(0, 16)}-${process.platform}-${process.arch}`);
}

const nodeFolder = folder => path.join(folder, 'node_modules', `node-${process.platform}-${process.arch}`);

/** What the runners start: the server's entry, and the Node it is made for. */
export function vscodeHostPrograms(folder = vscodeHostFolder()) {
  return {
    node: path.join(nodeFolder(folder), 'bin', 'node'),
    entry: path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

async function install(folder) {
  cpSync(recipe, folder, { recursive: true, filter: file => !file.endsWith('node_modules') });
  const step = async (what, args, options, isOptional = false) => {
    const code = await run(...npm(...args, '--no-audit', '--no-fund'), { quiet: true, ...options });
    if (code === 0) return;
    if (!isOptional) {
      throw new Advice(`The VS Code for tests could not be installed (${what}): read what npm says above, then run the command again.`);
    }
    console.warn(`${what} failed: the tests run, but without the log files of VS Code. It needs g++, make and python3.`);
  };
  // Its install scripts would compile everything; all but two of its native modules come ready-made.
  await step('packages', ['ci', '--ignore-scripts'], { cwd: folder });
  const server = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const env = {
    ...process.env,
    PATH: path.join(nodeFolder(folder), 'bin') + path.delimiter + process.env.PATH,
    npm_config_nodedir: nodeFolder(folder),
  };
  await step('server packages', ['install', '--omit=dev', '--ignore-scripts'], { cwd: server, env });
  await step('extension packages', ['install', '--omit=dev', '--ignore-scripts'], { cwd: path.join(server, 'extensions'), env });
  for (const [place, target] of [
    ['remote-cli/code-server', 'code-linux.sh'],
    ['helpers/browser.sh', 'browser-linux.sh'],
  ]) {
    const link = path.join(server, 'bin', place);
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
  // nodejs.org need not be reachable: the headers come with the Node package.
  await step('compiling spdlog and native-watchdog', ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], { cwd: server, env }, true);
  const { node, entry } = vscodeHostPrograms(folder);
  if ((await run(node, [entry, '--config', '/dev/null', '--version'], { quiet: true })) !== 0) {
    throw new Advice('The VS Code for tests was installed but does not start.');
  }
}

/** Installs into a temporary name that is renamed when complete: a half install is never used, and two at once do not meet. */
export async function ensureVscodeHost() {
  const folder = vscodeHostFolder();
  if (existsSync(folder)) return folder;
  console.log(`Installing a VS Code for tests into ${folder} (once, about a minute) …`);
  mkdirSync(cacheRoot, { recursive: true });
  for (const name of readdirSync(cacheRoot).filter(name => name.startsWith('partial-'))) {
    const left = path.join(cacheRoot, name);
    if (Date.now() - statSync(left).mtimeMs > day) rmSync(left, { recursive: true, force: true });
  }
  const partial = mkdtempSync(path.join(cacheRoot, 'partial-'));
  try {
    await install(partial);
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
