import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Found, ProgramFacts, SetupFacts, SourceProgram } from '../../domain/setup/setupFacts';
import type { Settings } from '../../domain/settings/settings';
import type { Clock } from '../../common/clock';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { worktreesDirectory } from '../git/worktreesDirectory';
import type { ReadDriver } from '../model/driverPresence';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { expectedVersion } from '../opencode/serverHealth';
import { findProgram } from '../programs/findProgram';
import { findAgentMail } from './mailProbe';
import { findModels, findOpencode, findServer } from './opencodeProbes';
import { absent, found, probe } from './probe';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { programVersion } from '../programs/programVersion';
import { findDisk, findExclusion, findGit, findIdentity, findLocks, findWork } from './repositoryProbes';

export type SetupSources = {
  readonly root: string;
  readonly git: Git;
  readonly files: Pick<WorkFiles, 'readAgents'>;
  readonly opencode: OpencodeRuntime;
  readonly readDriver: ReadDriver;
  readonly settings: Settings;
  readonly environment: ProgramEnvironment;
  readonly clock: Clock;
};

export type SetupRequest = {
  /** Start the server if none runs: only a server knows its models. */
  readonly startServer: boolean;
  /** The editor's name and version. */
  readonly editor?: string | undefined;
};

/** Milliseconds that an optional program has to tell its version. */
const versionLimit = 5000;
/** What a repository has that needs the program. */
const uses: Readonly<Record<SourceProgram, string>> = { openspec: 'openspec', bd: '.beads', bv: '.beads' };

/** Looks at everything that running batches of a repository needs, all at once; what cannot be seen is unknown. */
export async function readSetup(sources: SetupSources, request: SetupRequest, signal: AbortSignal): Promise<SetupFacts> {
  const { root, git, files, opencode, readDriver, settings, environment, clock } = sources;
  const isServerExternal = settings.server.mode === 'external';
  const worktrees = worktreesDirectory(root, settings.worktrees.directory);
  const program = (name: string) => probe(limited => lookFor(name, environment, limited), signal);
  const source = async (name: SourceProgram) => ({ program: await program(name), isUsed: await isThere(path.join(root, uses[name])) });
  const live = findServer(opencode, { start: request.startServer, isExternal: isServerExternal, root }, signal);
  const [gitFacts, identity, opencodeFacts, server, agents, ripgrep, openspec, bd, bv, agentMail, disk, excluded, work, driver, locks] =
    await Promise.all([
      probe(() => findGit(git), signal),
      probe(() => findIdentity(git), signal),
      probe(limited => findOpencode(opencode, { env: environment, setting: settings.opencode.path }, limited), signal),
      probe(async () => (await live).facts, signal),
      probe(async () => findModels(await files.readAgents(), (await live).connection, root), signal),
      program('rg'),
      source('openspec'),
      source('bd'),
      source('bv'),
      probe(limited => findAgentMail(root, settings.agentMail.url, limited), signal),
      probe(() => findDisk(worktrees), signal),
      probe(() => findExclusion(git, worktrees), signal),
      probe(() => findWork(path.join(root, 'work')), signal),
      probe(async () => {
        const driving = await readDriver();
        return driving ? found(driving.holder) : absent();
      }, signal),
      probe(() => findLocks(root, clock.now()), signal),
    ]);
  return {
    git: gitFacts,
    identity,
    opencode: opencodeFacts,
    testedVersion: expectedVersion,
    server,
    isServerExternal,
    agents,
    ripgrep,
    programs: { openspec, bd, bv },
    agentMail,
    disk,
    excluded,
    work,
    driver,
    locks,
    node: process.versions.node,
    editor: request.editor,
  };
}

async function lookFor(name: string, env: ProgramEnvironment, signal: AbortSignal): Promise<Found<ProgramFacts>> {
  const file = await findProgram(name, env);
  return file === undefined ? absent() : found({ path: file, version: await programVersion(file, { env, limit: versionLimit }, signal) });
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
