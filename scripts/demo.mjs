import { main } from './lib/fail.mjs';
import { buildTools, runTool } from './lib/tool.mjs';

await main(async () => {
  await buildTools();
  return runTool('demo', process.argv.slice(2));
});
