// npm run test:fresh [-- <npm script>]: what somebody sees who has just cloned the last commit, on a machine where nothing of ours was ever installed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from './lib/fail.mjs';
import { root } from './lib/paths.mjs';
import { npm, run } from './lib/run.mjs';

/** Settings of ours that a newcomer does not have. What describes the machine (PATH, certificates, proxies) stays. */
const personal = /^(npm_|XDG_|NODE_OPTIONS$|NODE_PATH$|INIT_CWD$|GIT_|WORKSTREAMS_|OPENCODE|VSCODE_|HOME$|USERPROFILE$)/i;

await main(async () => {
  const [script = 'test', ...rest] = process.argv.slice(2);
  const changes = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }).trim();
  if (changes) console.warn(`The last commit is tested; ${changes.split('\n').length} changed files are not in it.`);

  const folder = mkdtempSync(path.join(tmpdir(), 'work-fresh-'));
  const clone = path.join(folder, 'workstreams');
  const home = path.join(folder, 'home');
  const inherited = Object.entries(process.env).filter(([name]) => !personal.test(name) || /^GIT_SSL/.test(name));
  const binaries = path.join(root, 'node_modules', '.bin');
  const env = {
    ...Object.fromEntries(inherited),
    HOME: home,
    USERPROFILE: home,
    PATH: (process.env.PATH ?? '')
      .split(path.delimiter)
      .filter(part => part !== binaries)
      .join(path.delimiter),
  };
  try {
    execFileSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' });
    mkdirSync(home);
    return await run(...npm('run', script, ...(rest.length > 0 ? ['--', ...rest] : [])), { cwd: clone, env });
  } finally {
    if (process.env.KEEP_FRESH) console.log(`Kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
