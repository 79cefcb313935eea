import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Advice } from '../fail.mjs';
import { root } from '../paths.mjs';
import { npm, run } from '../run.mjs';

const readJson = file => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Compares what npm wrote down after its last complete install with the lock file; a broken install has no such record.
 * By content, not by time: a fresh checkout gives every file a new time.
 */
export function packagesAreCurrent(folder = root) {
  const record = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  const { '': ours, ...locked } = readJson(path.join(folder, 'package-lock.json')).packages;
  const asked = readJson(path.join(folder, 'package.json')).devDependencies ?? {};
  return (
    JSON.stringify(Object.entries(ours.devDependencies ?? {}).sort()) === JSON.stringify(Object.entries(asked).sort()) &&
    Object.entries(locked).every(
      ([name, { version, optional }]) => installed[name]?.version === version || (optional && !installed[name]),
    ) &&
    Object.keys(installed).every(name => name in locked)
  );
}

export async function ensurePackages() {
  if (packagesAreCurrent()) return;
  console.log('Installing packages (npm ci) …');
  const code = await run(...npm('ci', '--no-audit', '--no-fund'), { cwd: root });
  if (code !== 0) throw new Advice('The packages could not be installed: read what npm says above, then run the command again.');
}
