import path from 'node:path';
import { root } from './paths.mjs';
import { vscodeHostIsAvailable, vscodeHostPrograms } from './setup/vscodeHost.mjs';

const tool = (...parts) => path.join(root, 'node_modules', ...parts);
const bundlesOfProduct = ['extension', 'work', 'plugin'];

/** npm would put these on PATH too; the tests are also run without npm. `opencode-ai/bin` holds a true program on Windows as well. */
export const programs = [tool('.bin'), tool('opencode-ai', 'bin'), process.env.PATH].join(path.delimiter);

/** A tier writes its counts to a file that is not there until its last test has ended. */
const tier = (name, args, { bundles = [name], env = {}, ...rest } = {}) => {
  const results = path.join('out', 'results', `${name}.json`);
  return {
    name,
    command: process.execPath,
    args,
    bundles,
    results,
    env: { PATH: programs, WORKSTREAMS_TEST_RESULTS: path.join(root, results), ...env },
    ...rest,
  };
};

const vscodeEnvironment = ({ node, entry } = vscodeHostPrograms()) => ({ WORKSTREAMS_VSCODE_NODE: node, WORKSTREAMS_VSCODE_ENTRY: entry });

const mocha = (name, extra) => [
  tool('mocha', 'bin', 'mocha.js'),
  `out/test/${name}/**/*.test.mjs`,
  '--require',
  path.join(root, 'scripts', 'lib', 'runningTest.mjs'),
  '--forbid-only',
  '--no-color',
  ...extra,
];
const check = (name, ...args) => ({ name, command: process.execPath, args });

/** All steps by their names. `extra` is handed to the test runners, like `--grep`; an `absent` step cannot run on this machine. */
export function steps({ extra = [], cached = false } = {}) {
  return [
    check('types', tool('typescript', 'bin', 'tsc'), '-p', '.'),
    // no cache: rules that know types judge a file by what it imports, which the cache does not see
    check('lint', tool('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'),
    check(
      'format',
      tool('prettier', 'bin', 'prettier.cjs'),
      '--check',
      '.',
      '--log-level',
      'warn',
      ...(cached ? ['--cache', '--cache-location', path.join('out', 'cache', 'prettier')] : []),
    ),
    // A part of the tests cannot reach the coverage asked of all.
    tier('unit', [
      ...(extra.length > 0 ? [] : [tool('c8', 'bin', 'c8.js'), process.execPath]),
      ...mocha('unit', ['--timeout', '20000', ...extra]),
    ]),
    { ...check('vsix', path.join(root, 'scripts', 'package.mjs')), bundles: bundlesOfProduct },
    tier('package', mocha('package', extra)),
    // Files mostly wait, for a server to start or an agent to answer: two at a time fill the cores, and share nothing.
    tier('integration', mocha('integration', ['--parallel', '--jobs', '2', ...extra]), {
      bundles: ['integration', 'work', 'plugin', 'tools'],
    }),
    // Heavier forms of what the integration tests show: asked for by name, in no lane.
    tier('long', mocha('long', ['--parallel', '--jobs', '2', ...extra]), {
      bundles: ['long', 'integration', 'work', 'plugin', 'tools'],
    }),
    tier('host', [path.join(root, 'scripts', 'hostTests.mjs'), ...extra], { bundles: ['host', ...bundlesOfProduct], window: true }),
    tier('e2e', mocha('e2e', ['--timeout', '360000', ...extra]), {
      window: true,
      // whoever runs the stories by name looks at their pictures
      env: { ...vscodeEnvironment(), ...(cached ? { WORKSTREAMS_BOTH_THEMES: '1' } : {}) },
      absent: vscodeHostIsAvailable ? undefined : "VS Code's server build exists for Linux only",
    }),
  ];
}
