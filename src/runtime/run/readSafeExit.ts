import path from 'node:path';
import { safeExitReason } from '../../domain/run/safeExit';
import { parseSourceRecord } from '../../domain/sources/sourceRecord';
import { safeExitSince } from '../../domain/sources/taskFiles/safeExit';
import { readTaskFile } from '../../domain/sources/taskFiles/taskFile';
import { readText } from '../files/readText';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { isGitError } from '../git/gitError';
import type { Workplace } from './workplace';

/** A task file in the repository that a task of a plan stands for. */
export type OwnTaskFile = {
  /** Relative to the repository, with `/`. */
  readonly folder: string;
  /** The id that the file gives itself. */
  readonly id: string;
};

/**
 * Why the agent of a task left it in order, by the last commit that it made on its branch, or else by what it wrote into the task's own
 * file; undefined when it did not, and where it works in the user's own checkout, whose commits and files are the user's.
 */
export async function readSafeExit(
  git: Git,
  { directory, branch, base }: Workplace,
  task: string,
  file?: OwnTaskFile,
): Promise<string | undefined> {
  if (branch === undefined) return undefined;
  try {
    const head = await git.head(directory);
    if (head.branch !== branch || head.sha === undefined) return undefined;
    const said = head.sha === base ? undefined : await lastCommit(git, directory, head.sha);
    return (said === undefined ? undefined : safeExitReason(said, task)) ?? (file && (await saidInFile(git, { directory, base }, file)));
  } catch (error) {
    if (isGitError(error)) return undefined; // what is wrong with the worktree is told when its work is committed
    throw error;
  }
}

/** Of a plan that was imported from task files: the one that a task stands for. */
export async function ownTaskFile(files: WorkFiles, streamId: string, task: string): Promise<OwnTaskFile | undefined> {
  const text = await files.readSource(streamId);
  const record = text === undefined ? undefined : parseSourceRecord(text);
  const own = record?.kind === 'tasks' ? record.imported.tasks.find(({ id }) => id === task) : undefined;
  return record && own && { folder: record.path, id: own.key };
}

async function lastCommit(git: Git, cwd: string, commit: string): Promise<string> {
  return (await git.run(['log', '-1', '--format=%B', '--end-of-options', commit], { cwd })).stdout;
}

/** Committed or not. */
async function saidInFile(
  git: Git,
  { directory, base }: Omit<Workplace, 'branch'>,
  { folder, id }: OwnTaskFile,
): Promise<string | undefined> {
  const changed = await git.run(['diff', '--name-only', '--no-renames', '-z', '--end-of-options', base, '--', `:(literal)${folder}`], {
    cwd: directory,
  });
  for (const file of changed.stdout.split('\0').filter(name => /\.md$/i.test(name))) {
    const now = await readText(path.join(directory, ...file.split('/')));
    if (now.kind !== 'ok' || readTaskFile({ path: file, text: now.text }, folder).task?.id !== id) continue;
    const before = await git.run(['show', '--end-of-options', `${base}:${file}`], { cwd: directory }).catch(() => undefined);
    return safeExitSince(before?.stdout, now.text);
  }
  return undefined;
}
