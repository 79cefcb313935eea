import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProjectError } from '../../domain/projects/projects';
import { findRepositoryRoot } from '../files/repositoryRoot';
import { isBelow, isSamePath, realPathOf } from '../git/paths';

/**
 * The real path of a folder that can be a project.
 * @throws {ProjectError} `not-absolute`, `missing-folder`, `no-repository`, or `not-allowed` when it lies below none of the allowed
 * roots (none given: all are allowed).
 */
export async function projectFolder(rootDirectory: string, allowedRoots: readonly string[]): Promise<string> {
  if (!path.isAbsolute(rootDirectory)) throw new ProjectError('not-absolute', 'Project rootDirectory must be an absolute path.');
  const folder = path.resolve(rootDirectory);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new ProjectError('missing-folder', `Project rootDirectory does not exist as a directory: ${rootDirectory}`);
  }
  if ((await findRepositoryRoot(folder)) !== folder) {
    throw new ProjectError('no-repository', `Project rootDirectory must be a repository root containing .git: ${rootDirectory}`);
  }
  const real = await realpath(folder);
  if (!(await isAllowedRoot(real, allowedRoots))) {
    throw new ProjectError(
      'not-allowed',
      `Project rootDirectory is below none of the folders of the setting work.allowedRoots: ${rootDirectory}`,
    );
  }
  return real;
}

/** Whether a repository is one of the allowed folders or below one; where none is named, all are. */
export async function isAllowedRoot(root: string, allowedRoots: readonly string[]): Promise<boolean> {
  if (allowedRoots.length === 0) return true;
  const inside = await realPathOf(root);
  const outer = await Promise.all(allowedRoots.map(folder => realPathOf(path.resolve(folder))));
  return outer.some(folder => isSamePath(folder, inside) || isBelow(inside, folder));
}
