import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { main } from './lib/fail.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

/** Everything is bundled, so the package needs no modules. */
await main(() => {
  mkdirSync(path.join(root, 'out'), { recursive: true });
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  return run(
    process.execPath,
    [
      vsce,
      'package',
      '--no-dependencies',
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
      '--out',
      path.join('out', 'workstreams.vsix'),
    ],
    { cwd: root },
  );
});
