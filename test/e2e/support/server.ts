import { cp } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser } from '../../../scripts/lib/browser.mjs';
import { VscodeServer } from '../../../scripts/lib/vscodeServer.mjs';
import { opencodeBinary } from '../../support/opencodeBinary';
import type { ScriptedModel } from '../../support/scriptedModel';
import { prepareEnvironment } from './environment';
import { keybindings, themeSettings } from './themes';

export type Stage = {
  readonly server: VscodeServer;
  /** A server that asks whether a folder is to be trusted; started by the first story that wants it. */
  readonly careful: () => Promise<VscodeServer>;
  /** What all windows share: the scripts of VS Code that were loaded and compiled once. */
  readonly profile: () => Promise<BrowserContext>;
  /** Scripts may be added at any time; the request log is the witness of what agents were told. */
  readonly model: ScriptedModel;
  /** Of the opencode server that runs; undefined when none does. */
  readonly serverPid: () => Promise<number | undefined>;
  /** Keeps the logs of VS Code and of the extension, for a story that failed. */
  readonly keepLogs: (story: string) => Promise<void>;
};

const settings = {
  ...themeSettings,
  'terminal.integrated.tabs.hideCondition': 'never',
  'remote.autoForwardPorts': false,
  'work.opencode.path': opencodeBinary(),
  // Not the product's own, where somebody's opencode may be at work.
  'work.server.port': 4296,
};

/** What the run of the tests says about the machine; without it nothing here can work. */
function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the stories with \`npm run test:e2e\``);
  return value;
}

function startServer(environment: Readonly<Record<string, string>>, trust: boolean): Promise<VscodeServer> {
  return VscodeServer.start({
    programs: { node: required('WORKSTREAMS_VSCODE_NODE'), entry: required('WORKSTREAMS_VSCODE_ENTRY') },
    extensions: [path.resolve('out', 'workstreams.vsix')],
    environment,
    settings: trust ? { ...settings, 'security.workspace.trust.enabled': true } : settings,
    keybindings,
    trust,
  });
}

async function start(): Promise<Stage & { dispose(): Promise<void> }> {
  const environment = await prepareEnvironment();
  const [server, browser] = await Promise.all([startServer(environment.variables, false), launchBrowser(required('CHROMIUM'))]);
  let careful: Promise<VscodeServer> | undefined;
  let profile: Promise<BrowserContext> | undefined;
  return {
    server,
    careful: () => (careful ??= startServer(environment.variables, true)),
    profile: () =>
      (profile ??= browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] })),
    model: environment.model,
    serverPid: () => environment.serverPid(),
    keepLogs: story => cp(server.logsFolder, path.join('out', 'logs', 'e2e', story), { recursive: true, force: true }),
    dispose: async () => {
      await browser.close();
      await server.stop();
      await (await careful)?.stop();
      await environment.dispose();
    },
  };
}

let started: ReturnType<typeof start> | undefined;

/** The one server and the one browser of all stories, started by the first that asks. */
export function stage(): Promise<Stage> {
  started ??= start();
  return started;
}

after(async () => {
  await (await started)?.dispose();
});
