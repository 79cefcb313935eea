// @ts-check
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quietSettings } from './quietSettings.mjs';

/** @typedef {{node: string, entry: string}} Programs what set-up installed: the server's entry, and the Node it is made for */
/** @typedef {Record<string, unknown>} Settings */
/**
 * @typedef {object} ServerOptions
 * @property {Programs} programs
 * @property {boolean} [testDriver] needed for an extension in development; it also hides notification toasts
 * @property {Settings} [settings] added to {@link quietSettings}
 * @property {Readonly<Record<string, string | undefined>>} [environment] instead of ours; the extension host and its terminals inherit it
 * @property {readonly Readonly<Record<string, unknown>>[]} [keybindings] as in `keybindings.json`
 * @property {readonly string[]} [extensions] .vsix files to install first
 * @property {boolean} [trust] ask about workspace trust, as the product does for people
 */

/** A session around us (VS Code, npm, another server, this run of the tests) must not leak into the one we start. */
const foreign =
  /^(VSCODE_|CODE_SERVER|ELECTRON_|npm_|PASSWORD$|HASHED_PASSWORD$|PORT$|NODE_OPTIONS$|NODE_V8_COVERAGE$|WORKSTREAMS_(CODE|VSCODE|TEST_RESULTS))/;

/** @param {Readonly<Record<string, string | undefined>>} environment */
const withoutForeign = environment => Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));

/** The server build of VS Code on a free port of loopback, with its own settings, state and extensions; `stop` removes them. */
export class VscodeServer {
  /** @type {string} */ origin = '';
  /** @type {import('node:child_process').ChildProcess | undefined} */ child;

  /** @param {ServerOptions} options */
  constructor(options) {
    this.options = options;
    this.folder = mkdtempSync(path.join(tmpdir(), 'work-vscode-'));
    this.settingsFile = path.join(this.folder, 'user', 'User', 'settings.json');
    this.machineSettingsFile = path.join(this.folder, 'user', 'Machine', 'settings.json');
    this.logsFolder = path.join(this.folder, 'user', 'logs');
    this.environment = withoutForeign(options.environment ?? process.env);
    for (const file of [this.settingsFile, this.machineSettingsFile]) mkdirSync(path.dirname(file), { recursive: true });
    this.writeSettings({ ...quietSettings, ...options.settings });
    writeFileSync(path.join(path.dirname(this.settingsFile), 'keybindings.json'), JSON.stringify(options.keybindings ?? []));
  }

  /** @param {ServerOptions} options */
  static async start(options) {
    const server = new VscodeServer(options);
    try {
      for (const file of options.extensions ?? []) await server.command('--install-extension', file, '--force');
      await server.listen();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** @param {Settings} changes a window reads them when it opens; one that is open does not notice */
  writeSettings(changes) {
    const before = existsSync(this.settingsFile) ? JSON.parse(readFileSync(this.settingsFile, 'utf8')) : {};
    const text = JSON.stringify({ ...before, ...changes }, null, 2);
    writeFileSync(this.settingsFile, text);
    writeFileSync(this.machineSettingsFile, text); // settings of scope "machine" are read from here only
  }

  /**
   * The address of a window.
   * @param {string} folder what it opens
   * @param {readonly (readonly [string, string])[]} [payload] options of the workbench
   */
  windowUrl(folder, payload = []) {
    const url = new URL(this.origin);
    url.searchParams.set('folder', folder);
    url.searchParams.set('payload', JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload]));
    return url.href;
  }

  /** @param {string} file how a window names a file of the server's machine */
  remoteUri(file) {
    return `vscode-remote://${new URL(this.origin).host}${file}`;
  }

  /** @returns {Promise<number | null>} */
  async stop() {
    const child = this.child;
    const code = await new Promise(resolve => {
      if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return resolve(child?.exitCode ?? null);
      const group = -child.pid;
      const signal = (/** @type {NodeJS.Signals} */ name) => {
        try {
          process.kill(group, name);
        } catch {
          // ended meanwhile
        }
      };
      const patience = setTimeout(() => signal('SIGKILL'), 5000);
      child.once('exit', exitCode => {
        clearTimeout(patience);
        resolve(exitCode);
      });
      signal('SIGTERM');
    });
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
    return code;
  }

  /** @param {string[]} args */
  spawn(...args) {
    const { node, entry } = this.options.programs;
    const own = [
      '--config',
      '/dev/null',
      '--user-data-dir',
      path.join(this.folder, 'user'),
      '--extensions-dir',
      path.join(this.folder, 'extensions'),
    ];
    return spawn(node, [entry, ...own, ...args], {
      env: this.environment,
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  /**
   * @param {string[]} args
   * @returns {Promise<void>}
   */
  command(...args) {
    return new Promise((resolve, reject) => {
      const child = this.spawn(...args);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += data));
      child.once('error', reject);
      child.once('close', code => (code === 0 ? resolve() : reject(new Error(`VS Code ${args.join(' ')} failed\n${output}`))));
    });
  }

  /** @returns {Promise<void>} */
  listen() {
    const { testDriver = false, trust = false } = this.options;
    const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'];
    const child = this.spawn(
      ...['--auth', 'none', '--bind-addr', '127.0.0.1:0', ...quiet],
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    );
    this.child = child;
    const log = createWriteStream(path.join(this.folder, 'server.log'));
    return new Promise((resolve, reject) => {
      let output = '';
      const fail = (/** @type {string} */ why) => reject(new Error(`VS Code's server ${why}\n${output}`));
      const patience = setTimeout(fail, 60_000, 'did not listen within a minute');
      const read = (/** @type {Buffer} */ data) => {
        log.write(data);
        if (this.origin) return;
        output += data.toString();
        const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
        if (!found) return;
        this.origin = found;
        clearTimeout(patience);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', error => fail(error.message));
      child.once('exit', code => {
        clearTimeout(patience);
        log.end();
        fail(`ended with code ${code}`);
      });
    });
  }
}
