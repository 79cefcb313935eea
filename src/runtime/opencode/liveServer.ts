import { readFile } from 'node:fs/promises';
import type { Connection } from './connection';
import type { Launched } from './launch';
import { pluginHash } from './pluginFile';
import { versionWarning } from './serverHealth';
import type { ServerState } from './serverState';

/** A server that answers. */
export type LiveServer = {
  readonly connection: Connection;
  readonly version: string;
  readonly warning: string | undefined;
  /** Absent for a server that is not ours. `startedAt` in milliseconds since the epoch. */
  readonly process: { readonly pid: number; readonly start: string | null; readonly startedAt: number } | undefined;
  /** When we started it ourselves. */
  readonly launched: Launched | undefined;
  readonly plugin: 'current' | 'other' | 'none';
  /** It has another plugin than we would give it. */
  readonly outdated: boolean;
};

export type Answering = {
  readonly connection: Connection;
  readonly version: string;
  readonly state: ServerState;
  readonly launched?: Launched;
  readonly pluginFile: string | undefined;
};

/** A server of ours that answers. @throws {OpencodeError} `wrong-version` */
export async function ownLiveServer({ connection, version, state, launched, pluginFile }: Answering): Promise<LiveServer> {
  const ours = pluginFile === undefined ? undefined : await readFile(pluginFile).then(pluginHash, () => undefined);
  return {
    connection,
    version,
    warning: versionWarning(version),
    process: { pid: state.pid, start: state.processStart, startedAt: state.startedAt },
    launched,
    plugin: state.plugin === null ? 'none' : ours === undefined || ours === state.plugin ? 'current' : 'other',
    outdated: ours !== undefined && ours !== state.plugin,
  };
}
