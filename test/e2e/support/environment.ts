import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readServerState } from '../../../src/runtime/opencode/serverState';
import { isolatedHome } from '../../support/isolatedHome';
import { projectRoot } from '../../support/projectRoot';
import { ScriptedModel } from '../../support/scriptedModel';
import { temporaryDirectory } from '../../support/temporaryDirectory';

export type Environment = {
  /** All that the server, its extension host and its terminals inherit. */
  readonly variables: Readonly<Record<string, string>>;
  /** What stands behind every agent of every story. */
  readonly model: ScriptedModel;
  /** Of the opencode server that runs; undefined when none does. */
  serverPid(): Promise<number | undefined>;
  dispose(): Promise<void>;
};

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // a story ended it
  }
}

/** A person without settings of their own: an empty home, a name for git, and an opencode that knows the scripted model alone. */
export async function prepareEnvironment(): Promise<Environment> {
  const folder = await temporaryDirectory('work-stories-');
  const model = await ScriptedModel.start();
  const { environment, stateDirectory } = await isolatedHome({ folder: folder.path, modelUrl: model.url });
  const home = path.join(folder.path, 'home');
  // The server asks a login shell for PATH.
  await mkdir(path.join(home, 'bin'));
  await symlink(path.join(projectRoot(), 'node_modules', '.bin', 'openspec'), path.join(home, 'bin', 'openspec'));
  await writeFile(path.join(home, '.profile'), `PATH="${path.join(home, 'bin')}:$PATH"\n`);
  await writeFile(path.join(home, '.gitconfig'), '[user]\n\tname = Story\n\temail = story@example.com\n');
  return {
    variables: environment,
    model,
    serverPid: async () => (await readServerState(stateDirectory))?.pid,
    dispose: async () => {
      // opencode outlives the window by design.
      const server = await readServerState(stateDirectory);
      if (server) kill(server.pid);
      await model.close();
      await folder.dispose();
    },
  };
}
