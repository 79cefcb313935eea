import { existsSync } from 'node:fs';
import { globSync } from './glob.mjs';

/** A bundle that runs outside the window must not reach for `vscode`: the build fails instead. */
const withoutVscode = {
  name: 'without-vscode',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ importer }) => ({
      errors: [{ text: `${importer || 'An entry'} imports "vscode", but this bundle runs without a window` }],
    }));
  },
};

/** Packages stay outside test bundles, except those whose CommonJS form hides its exports from Node. */
const packagesOutside = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('jsonc-parser') || /^[A-Za-z]:[\\/]/.test(path) ? undefined : { path, external: true },
    );
  },
};

const common = { bundle: true, platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning', mainFields: ['module', 'main'] };

/** One file per test, what they share in chunks: two hundred bundles of everything would take a minute under coverage. */
const tier = (name, folder) => ({
  name,
  options: {
    ...common,
    entryPoints: globSync(folder, /\.(test|tool)\.ts$/),
    outbase: '.',
    outdir: 'out',
    format: 'esm',
    splitting: true,
    chunkNames: `chunks/${name}-[hash]`,
    outExtension: { '.js': '.mjs' },
    plugins: [withoutVscode, packagesOutside],
  },
  tests: `out/${folder}`,
});

/**
 * Every program and test tier, by name. `tests` is the folder that holds this bundle's output and nothing else.
 * @param {{minify?: boolean}} how
 * @returns {{name: string, options: import('esbuild').BuildOptions & {entryPoints: string[]}, tests?: string}[]}
 */
export function allBundles({ minify = true } = {}) {
  const requireInModule =
    "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);";
  return [
    {
      name: 'extension',
      options: { ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', format: 'cjs', external: ['vscode'], minify },
    },
    {
      name: 'work',
      options: {
        ...common,
        entryPoints: ['src/cli/main.ts'],
        outfile: 'dist/work.js',
        format: 'cjs',
        banner: { js: '#!/usr/bin/env node' },
        plugins: [withoutVscode],
        minify,
      },
    },
    {
      name: 'plugin',
      options: {
        ...common,
        entryPoints: ['src/plugin/plugin.ts'],
        outfile: 'dist/plugin.js',
        format: 'esm',
        banner: { js: requireInModule },
        plugins: [withoutVscode],
        minify,
        sourcemap: false,
      },
    },
    tier('unit', 'test/unit'),
    tier('integration', 'test/integration'),
    tier('long', 'test/long'),
    tier('package', 'test/package'),
    tier('prove', 'test/prove'),
    tier('e2e', 'test/e2e'),
    tier('bench', 'test/bench'),
    tier('tools', 'tools'),
    {
      name: 'host',
      options: {
        ...common,
        entryPoints: globSync('test/host', /\.ts$/),
        outbase: '.',
        outdir: 'out',
        format: 'cjs',
        external: ['vscode', 'mocha'],
        define: { 'import.meta.url': 'moduleUrlForBundle' },
        banner: { js: "const moduleUrlForBundle = require('node:url').pathToFileURL(__filename).href;" },
      },
      tests: 'out/test/host',
    },
  ];
}

/** Those that have something to build. */
export function bundles(how) {
  return allBundles(how)
    .map(bundle => ({
      ...bundle,
      options: { ...bundle.options, entryPoints: bundle.options.entryPoints.filter(file => existsSync(file)) },
    }))
    .filter(({ options }) => options.entryPoints.length > 0);
}
