import { existsSync } from 'node:fs';
import path from 'node:path';
import { setUp } from '../setup.mjs';
import { Advice } from './fail.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';

/** Sets up and builds the product and the programs in `tools/`, which are written like the product and use its code. */
export async function buildTools() {
  await setUp();
  const code = await run(process.execPath, ['esbuild.mjs', '--only=extension,work,plugin,tools'], { cwd: root });
  if (code !== 0) throw new Advice('The build failed: see above.');
}

/** Runs one of the programs in `tools/`; resolves to its exit code. */
export function runTool(name, args, environment = {}) {
  const file = path.join(root, 'out', 'tools', `${name}.tool.mjs`);
  if (!existsSync(file)) throw new Advice(`There is no tools/${name}.tool.ts, so there is nothing to run.`);
  return run(process.execPath, [file, ...args], { cwd: root, env: { ...process.env, ...environment } });
}
