import path from 'node:path';
import { systemClock } from '../common/clock';
import type { StreamRecord } from '../domain/files/records';
import { activeProject } from '../domain/projects/projects';
import { findMainCheckout } from '../runtime/files/repositoryRoot';
import { WorkFiles } from '../runtime/files/workFiles';
import { stringOption, type Io, type OptionValues } from './commandLine';
import { openProjects } from './openProjects';

/** A thing that stands in the way, with a sentence for the person at the terminal. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/**
 * The repository the command is for: `--repo-root`, then `WORK_ROOT` (agents have it), then the main checkout of the
 * repository around the current folder (a plan's state lives in the main checkout only), then the active registered project.
 */
export async function openFiles(values: OptionValues, io: Io): Promise<WorkFiles> {
  const given = stringOption(values, 'repo-root') ?? io.env.WORK_ROOT;
  const start = given === undefined ? io.cwd : path.resolve(io.cwd, given);
  const root = (await findMainCheckout(start)) ?? (given === undefined ? await activeRoot(io) : undefined);
  if (root === undefined) {
    throw new CliError(`Not in a git repository. Run this inside a repository, or pass --repo-root (looked from ${start} upwards).`);
  }
  return new WorkFiles(root, { clock: systemClock, logger: io.logger });
}

export async function openStream(values: OptionValues, io: Io): Promise<{ readonly files: WorkFiles; readonly stream: StreamRecord }> {
  const files = await openFiles(values, io);
  const name = stringOption(values, 'stream');
  return { files, stream: await files.resolveStream(name === 'current' ? undefined : name) };
}

async function activeRoot(io: Io): Promise<string | undefined> {
  const project = activeProject(await (await openProjects(io)).read());
  if (project) io.err(`Not in a git repository: using the active project ${project.id} (${project.rootDirectory}).\n`);
  return project?.rootDirectory;
}
