import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { allBundles } from '../../../scripts/lib/bundles.mjs';
import { temporaryDirectory } from '../../support/temporaryDirectory';

type Import = readonly [from: string, to: string];

const pairs = (from: string, ...to: string[]): Import[] => to.map(target => [from, target]);

/** Who may not import whom: files, and folders in which a file is planted. */
const forbidden: readonly Import[] = [
  ...pairs(
    'src/common',
    'src/domain',
    'src/runtime/git',
    'src/plugin',
    'src/cli',
    'src/views',
    'src/commands',
    'src/extension.ts',
    'src/contributions.ts',
  ),
  ...pairs(
    'src/domain',
    'src/runtime/files',
    'src/plugin',
    'src/cli',
    'src/views',
    'src/commands',
    'src/extension.ts',
    'src/contributions.ts',
  ),
  ...pairs('src/domain/plan', 'src/runtime/git', 'src/views/tree'),
  ...pairs('src/runtime/run', 'src/plugin', 'src/cli', 'src/views', 'src/commands', 'src/extension.ts', 'src/contributions.ts'),
  ...pairs('src/runtime/createRuntime.ts', 'src/views', 'src/cli'),
  ...pairs('src/cli', 'src/plugin', 'src/views', 'src/commands', 'src/extension.ts', 'src/contributions.ts', 'src/runtime/recovery'),
  ...pairs('src/views', 'src/plugin', 'src/cli', 'src/commands', 'src/extension.ts', 'src/runtime/recovery'),
  ...pairs('src/commands', 'src/plugin', 'src/cli', 'src/extension.ts', 'src/runtime/recovery'),
  ...pairs(
    'src/plugin',
    'src/runtime/git',
    'src/runtime/model',
    'src/runtime/run',
    'src/cli',
    'src/views',
    'src/commands',
    'src/contributions.ts',
  ),
  ...pairs('src/contributions.ts', 'src/domain', 'src/views', 'src/common'),
  ...['files', 'journal', 'opencode', 'git'].flatMap(one =>
    pairs(
      `src/runtime/${one}`,
      ...['files', 'journal', 'opencode', 'git', 'model', 'run', 'merge']
        .filter(other => other !== one)
        .map(other => `src/runtime/${other}`),
    ),
  ),
  ...pairs('src/runtime/model', 'src/runtime/run', 'src/runtime/merge', 'src/runtime/agent', 'src/runtime/monitor'),
  ...pairs('src/runtime/agent', 'src/runtime/git', 'src/runtime/run', 'src/runtime/opencode'),
  ...pairs('src/runtime/merge', 'src/runtime/run', 'src/runtime/opencode'),
  ...pairs('src/runtime/run', 'src/runtime/recovery', 'src/runtime/createRuntime.ts'),
  ...pairs('src/runtime/monitor', 'src/runtime/recovery'),
];

const allowed: readonly Import[] = [
  ...pairs('src/domain', 'src/common', 'src/domain/plan'),
  ...pairs('src/runtime/git', 'src/common', 'src/domain', 'src/runtime/git'),
  ...pairs('src/runtime/model', 'src/runtime/files', 'src/runtime/journal', 'src/runtime/opencode', 'src/runtime/git'),
  ...pairs('src/runtime/agent', 'src/runtime/model'),
  ...pairs('src/runtime/merge', 'src/runtime/git', 'src/runtime/journal', 'src/runtime/run/effects.ts'),
  ...pairs('src/runtime/run', 'src/runtime/merge', 'src/runtime/agent', 'src/runtime/opencode'),
  ...pairs('src/runtime/recovery', 'src/runtime/run', 'src/runtime/merge', 'src/runtime/recovery'),
  ...pairs('src/runtime/createRuntime.ts', 'src/runtime/recovery', 'src/runtime/run', 'src/runtime/monitor'),
  ...pairs('src/plugin', 'src/common', 'src/domain', 'src/runtime/files', 'src/plugin'),
  ...pairs('src/cli', 'src/runtime/createRuntime.ts', 'src/domain', 'src/cli/commands'),
  ...pairs('src/views', 'src/runtime/model', 'src/domain', 'src/contributions.ts'),
  ...pairs('src/commands', 'src/runtime/run', 'src/views', 'src/contributions.ts'),
  ...pairs('src/extension.ts', 'src/commands', 'src/views', 'src/runtime/createRuntime.ts', 'src/contributions.ts'),
];

const windowless = [
  'src/common',
  'src/domain',
  'src/runtime/run',
  'src/cli',
  'src/plugin',
  'test/unit',
  'test/integration',
  'test/long',
  'test/e2e',
  'test/support',
  'tools',
];

const fileOf = (place: string, name: string) => (place.endsWith('.ts') ? place : `${place}/${name}.ts`);

/** The text of every file that the imports need, by name. */
function plant(imports: readonly Import[]): Map<string, string[]> {
  const files = new Map<string, string[]>();
  const add = (file: string, line?: string) => {
    files.set(file, [...(files.get(file) ?? ['export const planted = 1;']), ...(line === undefined ? [] : [line])]);
  };
  for (const [from, to] of imports) {
    const [importer, imported] = [fileOf(from, 'importer'), fileOf(to, 'imported')];
    const way = path.posix.relative(path.posix.dirname(importer), imported).replace(/\.ts$/, '');
    add(importer, `import '${way.startsWith('.') ? way : `./${way}`}';`);
    add(imported);
  }
  return files;
}

type Zones = readonly { readonly message: string }[];

/** The rule as it holds for our own files. */
async function zones(): Promise<{ readonly severity: number; readonly zones: Zones }> {
  const config = (await new ESLint().calculateConfigForFile('src/domain/plan.ts')) as { rules: Record<string, [number, { zones: Zones }]> };
  const [severity, options] = config.rules['import-x/no-restricted-paths'] ?? [0, { zones: [] }];
  return { severity, zones: options.zones };
}

/** Our own configuration on a tree like ours, without types, which need a whole project. Resolves to `importer → imported` for every refusal. */
async function refusals(rule: string, files: ReadonlyMap<string, readonly string[]>): Promise<{ where: string; text: string }[]> {
  const folder = await temporaryDirectory();
  try {
    for (const [name, lines] of files) {
      await mkdir(path.join(folder.path, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder.path, name), `${lines.join('\n')}\n`);
    }
    const eslint = new ESLint({
      cwd: folder.path,
      overrideConfigFile: path.resolve('eslint.config.mjs'),
      overrideConfig: {
        languageOptions: { parserOptions: { projectService: false } },
        rules: {
          ...tseslint.configs.disableTypeChecked.rules,
          'import-x/no-restricted-paths': ['error', { zones: (await zones()).zones, basePath: folder.path }],
        },
      },
    });
    const results = await eslint.lintFiles([...files.keys()]);
    return results.flatMap(({ filePath, messages }) => {
      const file = path.relative(folder.path, filePath).split(path.sep).join('/');
      return messages
        .filter(({ ruleId }) => ruleId === rule)
        .map(({ line, message }) => {
          const imported = /'(.+)'/.exec(files.get(file)?.[line - 1] ?? '')?.[1] ?? '';
          const target = imported.startsWith('.') ? path.posix.join(path.posix.dirname(file), imported) : imported;
          return { where: `${file} → ${target}`, text: message };
        });
    });
  } finally {
    await folder.dispose();
  }
}

const written = ([from, to]: Import) => `${fileOf(from, 'importer')} → ${fileOf(to, 'imported').replace(/\.ts$/, '')}`;

describe('The layers', function () {
  this.timeout(60_000);

  it('refuse every import against the direction, and every rule of theirs refuses something', async () => {
    const found = await refusals('import-x/no-restricted-paths', plant(forbidden));
    const where = new Set(found.map(refusal => refusal.where));
    assert.deepEqual(
      forbidden.map(written).filter(bad => !where.has(bad)),
      [],
    );
    const rule = await zones();
    assert.equal(rule.severity, 2);
    assert.deepEqual(
      rule.zones.map(({ message }) => message).filter(message => !found.some(({ text }) => text.includes(message))),
      [],
    );
  });

  it('allow what the layers are for', async () => {
    assert.deepEqual(await refusals('import-x/no-restricted-paths', plant(allowed)), []);
  });

  it('keep vscode out of everything that runs without a window', async () => {
    const files = new Map([...windowless, 'src/views', 'test/host'].map(folder => [`${folder}/importer.ts`, ["import 'vscode';"]]));
    const found = await refusals('no-restricted-imports', files);
    assert.deepEqual(found.map(({ where }) => where).sort(), windowless.map(folder => `${folder}/importer.ts → vscode`).sort());
  });

  for (const name of ['work', 'plugin', 'unit', 'integration', 'package', 'e2e', 'tools']) {
    it(`do not let vscode into the ${name} bundle`, async () => {
      const bundle = allBundles().find(candidate => candidate.name === name);
      const leak = { contents: "import * as vscode from 'vscode'; console.log(vscode);", resolveDir: process.cwd() };
      const options: BuildOptions = { bundle: true, platform: 'node', write: false, logLevel: 'silent', stdin: leak };
      Object.assign(options, { format: bundle?.options.format, plugins: bundle?.options.plugins });
      await assert.rejects(build(options), /runs without a window/);
    });
  }
});
