// node esbuild.mjs [--watch] [--only=<bundle>,…]
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build, context } from 'esbuild';
import { bundles } from './scripts/lib/bundles.mjs';
import { globSync } from './scripts/lib/glob.mjs';

const watch = process.argv.includes('--watch');
const only = process.argv
  .find(argument => argument.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const chosen = bundles({ minify: !watch }).filter(({ name }) => !only || only.includes(name));

/** A test that was deleted or renamed must not go on running from an earlier build. */
async function buildOnce({ options, tests }) {
  const { metafile } = await build({ ...options, metafile: true });
  const written = new Set(Object.keys(metafile.outputs).map(file => path.normalize(file)));
  for (const file of tests ? globSync(tests, /./) : []) if (!written.has(path.normalize(file))) rmSync(file, { force: true });
}

if (!watch && !only) rmSync('out/chunks', { recursive: true, force: true });
if (watch) {
  for (const { options } of chosen) await (await context({ ...options, logLevel: 'info' })).watch();
} else {
  const results = await Promise.allSettled(chosen.map(buildOnce));
  // esbuild has printed what is wrong
  if (results.some(({ status }) => status === 'rejected')) process.exitCode = 1;
}
