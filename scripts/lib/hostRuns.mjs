import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { root } from './paths.mjs';
import { vscodeHostPrograms } from './setup/vscodeHost.mjs';
import { VscodeServer } from './vscodeServer.mjs';

/** @typedef {{extension: string, tests: string, workspace: string, environment: Record<string, string>}} HostTask */

/** Minutes for one run; the lane around it has its own, longer limit. */
const limit = 10;

/** What the page reports: `codeAutomationExit` at the end of the tests, `codeAutomationLog` for each line of a log. */
async function watchPage(page, server) {
  const errors = [];
  let settle;
  const ended = new Promise(resolve => (settle = resolve));
  await page.exposeFunction('codeAutomationExit', code => settle(code === 0 ? undefined : `the tests ended with code ${code}`));
  await page.exposeFunction('codeAutomationLog', (type, args) => {
    if (type !== 'error') return;
    errors.push(
      format(...args)
        .split('\n')
        .slice(0, 4)
        .join('\n'),
    );
    if (errors.length > 20) errors.shift();
  });
  page.once('crash', () => settle('the page crashed'));
  page.once('close', () => settle('the page was closed'));
  server.child.once('exit', code => settle(`VS Code's server ended with code ${code}`));
  const timer = setTimeout(() => settle(`no result within ${limit} minutes`), limit * 60_000);
  return { errors, ended: ended.finally(() => clearTimeout(timer)) };
}

/**
 * @param {HostTask} task
 * @returns {Promise<string | undefined>} what went wrong; undefined after a good end
 */
export async function runOnServer({ extension, tests, workspace, environment }) {
  const evidence = path.join(root, 'out', 'logs', 'host');
  const starts = [
    VscodeServer.start({ programs: vscodeHostPrograms(), testDriver: true, environment: { ...process.env, ...environment } }),
    launchBrowser(process.env.CHROMIUM),
  ];
  const [serverStart, browserStart] = await Promise.allSettled(starts);
  const server = serverStart.value;
  const browser = browserStart.value;
  try {
    if (!server || !browser) throw serverStart.reason ?? browserStart.reason;
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    const { errors, ended } = await watchPage(page, server);
    await page.goto(
      server.windowUrl(workspace, [
        ['extensionDevelopmentPath', server.remoteUri(extension)],
        ['extensionTestsPath', server.remoteUri(tests)],
      ]),
    );
    const failure = await ended;
    if (!failure) return undefined;
    mkdirSync(evidence, { recursive: true });
    await page.screenshot({ path: path.join(evidence, 'failure.png'), timeout: 5000 }).catch(() => undefined);
    if (existsSync(server.logsFolder)) cpSync(server.logsFolder, evidence, { recursive: true });
    return [failure, ...errors].join('\n');
  } finally {
    await browser?.close().catch(() => undefined);
    await server?.stop();
  }
}

/**
 * @param {HostTask} task
 * @returns {Promise<string | undefined>}
 */
export async function runOnDesktop({ extension, tests, workspace, environment }) {
  const { downloadAndUnzipVSCode, runTests } = await import('@vscode/test-electron');
  // VS Code makes a socket in it, whose path may have about a hundred characters.
  const userData = mkdtempSync(path.join(tmpdir(), 'wvs-'));
  try {
    const executable = process.env.VSCODE_EXECUTABLE ?? (await downloadAndUnzipVSCode(process.env.VSCODE_VERSION ?? 'stable'));
    const isRoot = process.getuid?.() === 0;
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: extension,
      extensionTestsPath: tests,
      extensionTestsEnv: environment,
      launchArgs: [
        workspace,
        `--user-data-dir=${userData}`,
        '--disable-extensions',
        '--disable-workspace-trust',
        '--disable-gpu',
        ...(isRoot ? ['--no-sandbox'] : []),
      ],
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(userData, { recursive: true, force: true, maxRetries: 10 });
  }
}
