import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a command and waits for its end; it shares our terminal but never reads from it. Resolves to the exit code (128 + n after signal n).
 * Ctrl-C reaches it as well as us: we wait for what it does about it.
 */
export function run(command, args, { cwd, env, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const output = [];
    const child = spawn(command, args, { cwd, env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] });
    child.stdout?.on('data', data => output.push(data));
    child.stderr?.on('data', data => output.push(data));
    const wait = () => undefined;
    const pass = signal => child.kill(signal);
    process.on('SIGINT', wait);
    process.on('SIGTERM', pass);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', pass);
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Arguments for {@link run} that start npm, on every platform and inside or outside an npm script. */
export function npm(...args) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.[cm]?js$/.test(script)) return [process.execPath, [script, ...args]];
  return process.platform === 'win32' ? [process.env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', 'npm.cmd', ...args]] : ['npm', args];
}
