import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export type IsolatedHome = {
  /** For every process that belongs to it: a home of its own, opencode with the scripted model alone, our state beside it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stateDirectory: string;
};

export type IsolatedHomeOptions = {
  readonly folder: string;
  readonly modelUrl: string;
  /**
   * Opencode as its users have it, who keep its own record of each step (for its undo) and its index of files. Nothing of ours uses
   * these, and they take half the time of a short task.
   */
  readonly asShipped?: boolean;
};

/** A home in `folder` in which opencode knows one provider, `lab`, whose models are the ones at `modelUrl`; it fetches nothing. */
export async function isolatedHome({ folder, modelUrl, asShipped = false }: IsolatedHomeOptions): Promise<IsolatedHome> {
  const home = path.join(folder, 'home');
  const stateDirectory = path.join(folder, 'state');
  const catalog = path.join(home, 'models.json');
  await seedConfiguration(path.join(home, 'config', 'opencode'));
  await writeFile(catalog, '{}'); // else each server reads the thousands of models that it was built with
  await mkdir(stateDirectory, { recursive: true });
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(OPENCODE|WORK_|GIT_)/.test(entry[0]),
  );
  return {
    stateDirectory,
    environment: {
      ...Object.fromEntries(inherited),
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, 'config'),
      XDG_DATA_HOME: path.join(home, 'data'),
      XDG_CACHE_HOME: path.join(home, 'cache'),
      XDG_STATE_HOME: path.join(home, 'state'),
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...configuration(modelUrl), ...(asShipped ? {} : { snapshot: false }) }),
      ...(asShipped ? {} : { OPENCODE_DISABLE_FFF: '1' }),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_MODELS_PATH: catalog,
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      WORK_STATE_DIRECTORY: stateDirectory,
    },
  };
}

function configuration(modelUrl: string): object {
  const model = { tool_call: true, limit: { context: 100_000, output: 8000 } };
  return {
    autoupdate: false,
    share: 'disabled',
    enabled_providers: ['lab'],
    model: 'lab/scripted',
    small_model: 'lab/scripted',
    provider: {
      lab: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Lab',
        options: { baseURL: modelUrl, apiKey: 'x' },
        models: {
          scripted: { ...model, name: 'Scripted' },
          second: { ...model, name: 'Second' },
          priced: { ...model, name: 'Priced', cost: { input: 1000, output: 1000 } },
        },
      },
    },
  };
}

/** Keeps opencode from installing a package into the folder. */
export async function seedConfiguration(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'node_modules'), { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{}');
  await writeFile(path.join(folder, 'package-lock.json'), '{"packages":{"":{"dependencies":{"@opencode-ai/plugin":"*"}}}}');
}
