import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const layer = (target, from, message) => ({ target, from, message });

/** What may not import what: one row per layer, read left to right as "target may not use from". */
export const zones = [
  layer(
    'src/common',
    ['src/domain', 'src/runtime', 'src/plugin', 'src/cli', 'src/views', 'src/commands', 'src/extension.ts', 'src/contributions.ts'],
    'common knows nothing of the product',
  ),
  layer(
    'src/domain',
    ['src/runtime', 'src/plugin', 'src/cli', 'src/views', 'src/commands', 'src/extension.ts', 'src/contributions.ts'],
    'domain is pure: it may use common only',
  ),
  layer(
    'src/runtime',
    ['src/plugin', 'src/cli', 'src/views', 'src/commands', 'src/extension.ts', 'src/contributions.ts'],
    'runtime does not know its faces',
  ),
  layer(
    'src/cli',
    ['src/plugin', 'src/views', 'src/commands', 'src/extension.ts', 'src/contributions.ts'],
    'the command line stands beside the window',
  ),
  layer('src/views', ['src/plugin', 'src/cli', 'src/commands', 'src/extension.ts'], 'views read the model and are handed what they can do'),
  layer('src/commands', ['src/plugin', 'src/cli', 'src/extension.ts'], 'commands call the runtime'),
  layer('src/contributions.ts', ['src'], 'contributions is a leaf'),
  {
    target: 'src/plugin',
    from: 'src',
    except: ['./common', './domain', './runtime/files', './plugin'],
    message: 'the plugin runs inside the opencode server and may use domain and runtime/files only',
  },
  ...['files', 'journal', 'opencode', 'git'].map(name => ({
    target: `src/runtime/${name}`,
    from: 'src/runtime',
    except: [`./${name}`],
    message: `runtime/${name} stands alone; runtime/model joins`,
  })),
  {
    target: 'src/runtime/model',
    from: 'src/runtime',
    except: ['./model', './files', './journal', './opencode', './git'],
    message: 'the model joins facts, it does not act',
  },
  {
    target: 'src/runtime/agent',
    from: 'src/runtime',
    except: ['./agent', './model', './files'],
    message: 'agent texts may read the model',
  },
  {
    target: 'src/runtime/merge',
    from: 'src/runtime',
    except: ['./merge', './git', './journal', './files', './model', './run/effects.ts'],
    message: 'run calls merge, not the other way round',
  },
  {
    target: ['src/runtime/!(recovery)/**', 'src/cli', 'src/views', 'src/commands', 'src/extension.ts'],
    from: 'src/runtime/recovery',
    message: 'only createRuntime imports recovery',
  },
  { target: 'src/runtime', from: 'src/runtime/createRuntime.ts', message: 'createRuntime is the one composition' },
];

const hostFree = [
  'src/common/**',
  'src/domain/**',
  'src/runtime/**',
  'src/cli/**',
  'src/plugin/**',
  'test/unit/**',
  'test/integration/**',
  'test/long/**',
  'test/package/**',
  'test/e2e/**',
  'test/support/**',
  'tools/**',
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'coverage/', 'sample/', 'tools/vscode-host/', 'media/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts'] } } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'import-x/no-default-export': 'error',
      eqeqeq: 'error',
      curly: ['error', 'multi-line'],
      'no-control-regex': 'off',
    },
  },
  {
    files: hostFree,
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'This code also runs without a window: it may not know vscode.' }] },
      ],
    },
  },
  {
    files: ['test/**', 'tools/**'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['it', 'describe'], package: 'node:test' }] },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'import-x/no-restricted-paths': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      parserOptions: { projectService: false },
      globals: Object.fromEntries(
        ['process', 'console', 'Buffer', 'URL', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'].map(name => [
          name,
          'readonly',
        ]),
      ),
    },
    rules: {
      'import-x/no-default-export': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
);
