import path from 'node:path';
import { Advice, main } from './lib/fail.mjs';
import { root } from './lib/paths.mjs';
import { findProgram } from './lib/programs.mjs';
import { run } from './lib/run.mjs';
import { ensureVscodeHost, vscodeHostIsAvailable, vscodeHostPrograms } from './lib/setup/vscodeHost.mjs';
import { buildTools, runTool } from './lib/tool.mjs';

/** The person's own VS Code, or the server build with the packaged extension, to be opened in any browser. */
async function window() {
  const code = findProgram(['code', 'code-insiders']);
  if (code) return { WORKSTREAMS_CODE: code };
  if (!vscodeHostIsAvailable) {
    throw new Advice("VS Code's command `code` was not found. Install VS Code, or put `code` on PATH (Shell Command: Install 'code').");
  }
  await ensureVscodeHost();
  if ((await run(process.execPath, [path.join(root, 'scripts', 'package.mjs')], { cwd: root, quiet: true })) !== 0) {
    throw new Advice('The extension could not be packaged: see above.');
  }
  const { node, entry } = vscodeHostPrograms();
  return { WORKSTREAMS_VSCODE_NODE: node, WORKSTREAMS_VSCODE_ENTRY: entry };
}

await main(async () => {
  await buildTools();
  return runTool('start', process.argv.slice(2), await window());
});
