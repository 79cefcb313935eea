import { existsSync } from 'node:fs';
import { Advice } from '../fail.mjs';
import { findProgram, isProgram } from '../programs.mjs';
import { run } from '../run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const applications = ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** $CHROMIUM when it is set, else the first of the usual names on PATH. */
export function findChromium(env = process.env) {
  if (!env.CHROMIUM) return findProgram(names, env) ?? (process.platform === 'darwin' ? applications.find(isProgram) : undefined);
  if (!isProgram(env.CHROMIUM)) throw new Advice(`CHROMIUM names ${env.CHROMIUM}, which is not a program. Correct it, or unset it.`);
  return env.CHROMIUM;
}

const mayInstall = () => process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');

export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (!mayInstall()) {
    const command = existsSync('/etc/debian_version') ? 'sudo apt-get install -y chromium' : 'the installer of your system';
    throw new Advice(`The window tests drive Chromium, and none was found. Install it with ${command}, or set CHROMIUM to its path.`);
  }
  console.log('Installing Chromium (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  const code = await run('apt-get', ['install', '-y', '-qq', 'chromium'], { env, quiet: true });
  const installed = findChromium();
  if (code !== 0 || !installed) {
    throw new Advice('apt-get could not install chromium: read what it says above, or set CHROMIUM to the path of one.');
  }
  return installed;
}
