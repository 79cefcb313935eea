// npm run bench [-- journal|tree|plan|server] [--rounds n] [--threads n]: side by side, ratios in one run; nothing passes or fails.
import path from 'node:path';
import { Advice, main } from './lib/fail.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  if ((await run(process.execPath, ['esbuild.mjs', '--only=bench'], { cwd: root })) !== 0) throw new Advice('The build failed: see above.');
  return run(process.execPath, [path.join(root, 'out', 'test', 'bench', 'bench.tool.mjs'), ...process.argv.slice(2)], { cwd: root });
});
