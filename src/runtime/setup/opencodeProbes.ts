import { parseModelRef } from '../../domain/agents';
import type { AgentModels, Found, ProgramFacts, SetupFacts, VersionFit } from '../../domain/setup/setupFacts';
import type { AgentsFile } from '../files/readAgents';
import { readCatalog } from '../opencode/catalog';
import type { Connection } from '../opencode/connection';
import { isOpencodeError } from '../opencode/opencodeError';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { serverEnvironment } from '../opencode/serverEnvironment';
import { expectedVersion, versionWarning } from '../opencode/serverHealth';
import { absent, found } from './probe';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { programVersion } from '../programs/programVersion';

/** Milliseconds; it takes one or two seconds by itself. */
const versionLimit = 20_000;

/** `setting`: the path or name that the user gave. */
export async function findOpencode(
  opencode: OpencodeRuntime,
  { env, setting }: { readonly env: ProgramEnvironment; readonly setting: string | undefined },
  signal: AbortSignal,
): Promise<SetupFacts['opencode']> {
  let binary: string;
  try {
    binary = await opencode.server.binary();
  } catch (error) {
    if (isOpencodeError(error, 'no-binary')) return absent(setting && `work.opencode.path names "${setting}", which is not a program`);
    throw error;
  }
  const version = await programVersion(binary, { env: serverEnvironment(env, {}), limit: versionLimit }, signal);
  const facts: ProgramFacts = { path: binary, version };
  return found({ ...facts, fit: version === undefined ? undefined : fitOf(version) });
}

export type FoundServer = { readonly facts: SetupFacts['server']; readonly connection: Connection | undefined };

/**
 * The server that answers, both to whether it is there and to what its configuration is. Nothing is started unless `start`; a
 * server that somebody else runs is only asked.
 */
export async function findServer(
  { server }: OpencodeRuntime,
  options: { readonly start: boolean; readonly isExternal: boolean; readonly root: string },
  signal: AbortSignal,
): Promise<FoundServer> {
  try {
    const connection = await (options.start || options.isExternal ? server.ensure(signal) : server.find(signal));
    if (!connection) return { facts: absent(), connection: undefined };
    await readCatalog(connection, options.root, signal);
    const { version = '', plugin } = server.status;
    return { facts: found({ url: connection.url, version, fit: fitOf(version), hasTools: plugin !== 'none' }), connection };
  } catch (error) {
    if (isOpencodeError(error)) return { facts: absent(error.message), connection: undefined };
    throw error;
  }
}

/** Of each agent of the agents file, which of its models the server has. */
export async function findModels(
  file: AgentsFile,
  connection: Connection | undefined,
  root: string,
): Promise<Found<readonly AgentModels[]>> {
  if (file.source === 'none') return absent();
  const broken = file.agents.length === 0 ? file.problems.find(({ severity }) => severity === 'error') : undefined;
  if (broken) return { kind: 'unknown', why: broken.message };
  if (!connection) return { kind: 'unknown', why: 'only a running server knows them' };
  const catalog = await readCatalog(connection, root);
  return found(
    file.agents.map(({ name, models }) => {
      const unknown = models
        .map(({ text }) => text)
        .filter(text => {
          const ref = parseModelRef(text);
          return !ref || !catalog.has(ref.providerID, ref.modelID);
        });
      return { agent: name, known: models.length - unknown.length, unknown };
    }),
  );
}

function fitOf(version: string): VersionFit {
  if (version === expectedVersion) return 'tested';
  try {
    versionWarning(version);
    return 'other';
  } catch (error) {
    if (isOpencodeError(error, 'wrong-version')) return 'wrong';
    throw error;
  }
}
