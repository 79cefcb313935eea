import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryDirectory } from '../../support/temporaryDirectory';

export type Environment = {
  /** What the server, its extension host and all terminals get beside ours; undefined takes a variable away. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  dispose(): Promise<void>;
};

/** A person without any settings of their own: an empty home, and a name for git. Stories that need more of the outside world add it here. */
export async function prepareEnvironment(): Promise<Environment> {
  const home = await temporaryDirectory('work-home-');
  await writeFile(
    path.join(home.path, '.gitconfig'),
    '[user]\n\tname = Story\n\temail = story@example.com\n[init]\n\tdefaultBranch = main\n',
  );
  const folders = {
    XDG_CONFIG_HOME: path.join(home.path, '.config'),
    XDG_DATA_HOME: path.join(home.path, '.local', 'share'),
    XDG_STATE_HOME: path.join(home.path, '.local', 'state'),
    XDG_CACHE_HOME: path.join(home.path, '.cache'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  return { variables: { HOME: home.path, ...folders }, dispose: () => home.dispose() };
}
