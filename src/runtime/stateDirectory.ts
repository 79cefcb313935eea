import { homedir } from 'node:os';
import path from 'node:path';

/** Where this user's server, its log and the `work` shim are kept on this machine; `WORK_STATE_DIRECTORY` overrides it. */
export function defaultStateDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const given = environment.WORK_STATE_DIRECTORY;
  if (given !== undefined && given !== '') return given;
  if (platform === 'win32') return path.join(environment.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'workstreams');
  const home = environment.HOME ?? homedir();
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'workstreams');
  return path.join(environment.XDG_STATE_HOME ?? path.join(home, '.local', 'state'), 'workstreams');
}
