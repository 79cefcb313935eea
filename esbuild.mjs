import { context, build } from 'esbuild';
import { globSync } from './scripts/lib/glob.mjs';
import { rmSync } from 'node:fs';

const watch = process.argv.includes('--watch');
const only = process.argv.find(argument => argument.startsWith('--only='))?.slice('--only='.length).split(',');

const common = { bundle: true, platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning', mainFields: ['module', 'main'] };

/** A bundle that runs outside the window must not reach for `vscode`: the build fails instead. */
const withoutVscode = {
  name: 'without-vscode',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ importer }) => ({ errors: [{ text: `${importer} imports "vscode", but this bundle runs without a window` }] }));
  },
};

/** Packages stay outside test bundles, except those whose CommonJS form hides its exports from Node. */
const packagesOutside = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('jsonc-parser') || /^[A-Za-z]:[\\/]/.test(path) ? undefined : { path, external: true });
  },
};

const esmTests = (name, folder, plugins) => ({
  name,
  options: {
    ...common, entryPoints: globSync(folder, /\.(test|tool)\.ts$/), outbase: '.', outdir: 'out', format: 'esm', splitting: true, chunkNames: `chunks/${name}-[hash]`,
    outExtension: { '.js': '.mjs' }, plugins,
  },
});

const bundles = [
  { name: 'extension', options: { ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', format: 'cjs', external: ['vscode'], minify: !watch } },
  { name: 'work', options: { ...common, entryPoints: ['src/cli/main.ts'], outfile: 'dist/work.js', format: 'cjs', banner: { js: '#!/usr/bin/env node' }, plugins: [withoutVscode], minify: !watch } },
  { name: 'plugin', options: { ...common, entryPoints: ['src/plugin/plugin.ts'], outfile: 'dist/plugin.js', format: 'esm', plugins: [withoutVscode], minify: !watch, sourcemap: false,
      banner: { js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);" } } },
  esmTests('unit', 'test/unit', [withoutVscode, packagesOutside]),
  esmTests('integration', 'test/integration', [withoutVscode, packagesOutside]),
  esmTests('e2e', 'test/e2e', [withoutVscode, packagesOutside]),
  esmTests('tools', 'tools', [withoutVscode, packagesOutside]),
  { name: 'host', options: { ...common, entryPoints: globSync('test/host', /\.ts$/), outbase: '.', outdir: 'out', format: 'cjs', external: ['vscode', 'mocha'] } },
].filter(({ name, options }) => (!only || only.includes(name)) && options.entryPoints.length > 0);

if (!watch && !only) rmSync('out/chunks', { recursive: true, force: true });
if (watch) {
  for (const { options } of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map(({ options }) => build(options)));
}
