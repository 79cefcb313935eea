// Runs out/test/host inside the extension host of a real VS Code. VSCODE_HOST=desktop | server | auto (the default):
//   desktop  @vscode/test-electron downloads VS Code, or uses the one that VSCODE_EXECUTABLE names
//   server   the server build that set-up installed, with a browser without a display
//   auto     desktop where there is a display or VSCODE_EXECUTABLE is set, and server otherwise
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Advice, main } from './lib/fail.mjs';
import { fixtureWorkspace } from './lib/fixtureWorkspace.mjs';
import { runOnDesktop, runOnServer } from './lib/hostRuns.mjs';
import { root } from './lib/paths.mjs';
import { vscodeHostIsAvailable } from './lib/setup/vscodeHost.mjs';
import { ResultsTail } from './lib/tailResults.mjs';

function chooseHost({ VSCODE_HOST = 'auto', VSCODE_EXECUTABLE, DISPLAY, WAYLAND_DISPLAY }) {
  if (VSCODE_HOST === 'desktop' || VSCODE_HOST === 'server') return VSCODE_HOST;
  if (VSCODE_HOST !== 'auto') throw new Advice(`VSCODE_HOST is "${VSCODE_HOST}". It may be desktop, server or auto.`);
  return !vscodeHostIsAvailable || VSCODE_EXECUTABLE || DISPLAY || WAYLAND_DISPLAY ? 'desktop' : 'server';
}

await main(async () => {
  const { values } = parseArgs({ options: { grep: { type: 'string' } } });
  const host = chooseHost(process.env);
  const workspace = fixtureWorkspace();
  const results = new ResultsTail();
  // Not this user's own servers and projects.
  const state = `${workspace}-state`;
  const environment = {
    WORKSTREAMS_HOST_RESULTS: results.file,
    WORK_STATE_DIRECTORY: state,
    ...(values.grep ? { WORKSTREAMS_HOST_GREP: values.grep } : {}),
  };
  const task = { extension: root, tests: path.join(root, 'out', 'test', 'host', 'index.js'), workspace, environment };
  try {
    const failure = await (host === 'desktop' ? runOnDesktop(task) : runOnServer(task));
    results.drain();
    if (failure) console.error(`${host}: ${failure}`);
    if (!results.end) console.error('The extension host ended before the tests did.');
    else if (process.env.WORKSTREAMS_TEST_RESULTS) {
      mkdirSync(path.dirname(process.env.WORKSTREAMS_TEST_RESULTS), { recursive: true });
      writeFileSync(process.env.WORKSTREAMS_TEST_RESULTS, JSON.stringify(results.end));
    }
    return failure || !results.end || results.end.failed > 0 ? 1 : 0;
  } finally {
    results.dispose();
    for (const folder of [workspace, state]) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
