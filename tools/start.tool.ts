import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { VscodeServer } from '../scripts/lib/vscodeServer.mjs';
import { opencodeBinary } from '../test/support/opencodeBinary';
import { isolatedHome } from '../test/support/isolatedHome';
import { projectRoot } from '../test/support/projectRoot';
import { buildSample } from '../test/support/sampleRepository';
import { ScriptedModel } from '../test/support/scriptedModel';

/**
 * Opens the extension on the sample repository, with a scripted model as the agents: in the desktop VS Code that
 * `WORKSTREAMS_CODE` names, else in the server build, for any browser. Nothing of the user's own is used or changed.
 */
const folder = await mkdtemp(path.join(tmpdir(), 'workstreams-start-'));
const sample = await buildSample({ folder: path.join(folder, 'text-toolkit') });
const model = await ScriptedModel.start({ scripts: sample.scripts });
const { environment } = await isolatedHome({ folder, modelUrl: model.url, asShipped: true });
const settings = {
  'work.opencode.path': opencodeBinary(),
  'work.server.port': 4197,
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
};

const whatToClick = `
The sample repository is ${sample.root}; a scripted model plays its agents.

  1. Click the Work icon in the activity bar: the plan of Text Toolkit.
  2. Press ▷ Run Batch on batch 01.01, or run "Work: Continue" from the palette (F1).
  3. Click a thread to see its terminal; the tasks' reports appear in the tree.
  4. "Work: Continue" runs batch 01.02. Then open the report of stage 01 and approve the stage.
  5. "Work: Continue" once more, approve stage 02, and "Work: Complete" writes COMPLETION.md.

Press Ctrl-C here to end.`;

async function openDesktop(code: string): Promise<void> {
  const user = path.join(folder, 'user');
  await mkdir(path.join(user, 'User'), { recursive: true });
  await writeFile(path.join(user, 'User', 'settings.json'), JSON.stringify(settings, undefined, 2));
  const args = [
    sample.root,
    '--new-window',
    `--extensionDevelopmentPath=${projectRoot()}`,
    `--user-data-dir=${user}`,
    `--extensions-dir=${path.join(folder, 'extensions')}`,
  ];
  // The launcher of Windows is a script, which only a shell starts; every argument is a path of our own making.
  spawn(code, args, { env: environment, stdio: 'inherit', shell: process.platform === 'win32' });
  console.log(whatToClick);
}

async function openServer(): Promise<() => Promise<unknown>> {
  const { WORKSTREAMS_VSCODE_NODE: node = '', WORKSTREAMS_VSCODE_ENTRY: entry = '' } = process.env;
  const server = await VscodeServer.start({
    programs: { node, entry },
    settings,
    environment,
    extensions: [path.join(projectRoot(), 'out', 'workstreams.vsix')],
  });
  console.log(`\nOpen this address in a browser:\n\n  ${server.windowUrl(sample.root)}\n${whatToClick}`);
  return () => server.stop();
}

const code = process.env.WORKSTREAMS_CODE;
let close: () => Promise<unknown> = () => Promise.resolve();
if (code === undefined) close = await openServer();
else await openDesktop(code);

async function end(): Promise<void> {
  await close();
  const stop = spawn(process.execPath, [path.join(projectRoot(), 'dist', 'work.js'), 'serve', '--stop', '--repo-root', sample.root], {
    env: environment,
    stdio: 'inherit',
  });
  await new Promise(resolve => stop.once('exit', resolve));
  await model.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().then(() => process.exit(0)));
