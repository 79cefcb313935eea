import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../src/common/clock';
import type { Logger } from '../../src/common/logger';
import { OpencodeRuntime, type OpencodeRuntimeOptions } from '../../src/runtime/opencode/opencodeRuntime';
import type { OpencodeServer } from '../../src/runtime/opencode/opencodeServer';
import { runGit } from './gitRepository';
import { isolatedHome } from './isolatedHome';
import { opencodeBinary } from './opencodeBinary';
import { recordingLogger } from './recordingLogger';
import { ScriptedModel, type ModelScript } from './scriptedModel';
import { temporaryDirectory } from './temporaryDirectory';

export type HarnessOptions = {
  /** One that is there already; it is not closed. */
  readonly model?: ScriptedModel;
  readonly scripts?: readonly ModelScript[];
  /** Added to opencode's configuration. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly pluginFile?: string;
};

export type Harness = {
  /** Everything is in it; removed by `dispose`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stateDirectory: string;
  readonly model: ScriptedModel;
  /** Not started yet; disposed with the harness. */
  readonly opencode: OpencodeRuntime;
  readonly server: OpencodeServer;
  readonly logger: Logger & { readonly lines: readonly string[] };
  /** Another program of the same user. The caller disposes it. */
  another(options?: Partial<OpencodeRuntimeOptions> & { readonly settings?: () => HarnessSettings }): OpencodeRuntime;
  /** A fresh repository with one commit. */
  repository(name: string): Promise<string>;
  /** Ends the server too. */
  dispose(): Promise<void>;
};

export type HarnessSettings = ReturnType<OpencodeRuntimeOptions['settings']>;

/** A real opencode for tests: a home of its own, the scripted model as its only provider, nothing fetched. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const temporary = await temporaryDirectory('opencode-');
  const folder = temporary.path;
  const model = options.model ?? (await ScriptedModel.start(options.scripts ? { scripts: options.scripts } : {}));
  const home = await isolatedHome({ folder, modelUrl: model.url });
  const { stateDirectory } = home;
  const content: unknown = JSON.parse(home.environment.OPENCODE_CONFIG_CONTENT ?? '{}');
  const environment = {
    ...home.environment,
    OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...(content as object), ...options.configuration }),
    ...options.environment,
  };
  const logger = recordingLogger();
  const settings = () => harnessSettings({ port: options.port ?? somePort });
  const another: Harness['another'] = changes =>
    new OpencodeRuntime({ stateDirectory, environment, pluginFile: options.pluginFile, settings, clock: systemClock, logger, ...changes });
  const somePort = randomPort();
  const opencode = another();
  const { server } = opencode;
  const killAtExit = () => {
    try {
      if (server.status.pid !== undefined) process.kill(server.status.pid, 'SIGKILL');
    } catch {
      return; // it is gone
    }
  };
  process.once('exit', killAtExit);
  return {
    folder,
    environment,
    stateDirectory,
    model,
    opencode,
    server,
    logger,
    another,
    async repository(name) {
      const root = path.join(folder, 'repositories', name);
      await mkdir(root, { recursive: true });
      await runGit(['init', '--quiet', '--initial-branch=main'], root);
      await writeFile(path.join(root, 'README.md'), `# ${name}\n`);
      await runGit(['add', '-A'], root);
      await runGit(['-c', 'user.name=Ada Test', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'Start'], root);
      return root;
    },
    async dispose() {
      process.removeListener('exit', killAtExit);
      await server.stop();
      opencode.dispose();
      if (!options.model) await model.close();
      await temporary.dispose();
    },
  };
}

export function harnessSettings(server: Partial<HarnessSettings['server']> = {}): HarnessSettings {
  return { opencode: { path: opencodeBinary() }, server: { mode: 'auto', url: undefined, port: 4096, memoryLimit: 0, ...server } };
}

/** Far from the default, so that tests at the same time rarely meet. */
export const randomPort = () => 20_000 + Math.floor(Math.random() * 20_000);
