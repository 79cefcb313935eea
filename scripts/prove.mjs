// node scripts/prove.mjs <name> [options]: attacks one promise for minutes; prints a table, ends with 1 on any breach.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Advice, main } from './lib/fail.mjs';
import { globSync } from './lib/glob.mjs';
import { root } from './lib/paths.mjs';
import { programs } from './lib/steps.mjs';

await main(async () => {
  const [name, ...options] = process.argv.slice(2);
  const known = globSync(path.join(root, 'test', 'prove'), /\.tool\.ts$/).map(file => path.basename(file, '.tool.ts'));
  if (!known.includes(name)) throw new Advice(`There is no proof "${name ?? ''}". There are: ${known.join(', ')}.`);
  const run = (...args) =>
    spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: programs } }).status ?? 1;
  return (
    run('esbuild.mjs', '--only=prove,integration,work,plugin') || run(path.join('out', 'test', 'prove', `${name}.tool.mjs`), ...options)
  );
});
