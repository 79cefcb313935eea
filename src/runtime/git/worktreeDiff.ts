import type { Git } from './git';
import { GitError } from './gitError';

/** A file that differs; `path` with `/`, relative to the worktree. Moved files are one deleted and one added. */
export type DifferingFile = { readonly path: string; readonly kind: 'added' | 'modified' | 'deleted' };

const kinds: Readonly<Record<string, DifferingFile['kind']>> = { A: 'added', D: 'deleted' };

/**
 * What differs between `base` and `head`, or, without a head, what is in the worktree's folder now: committed, changed and unknown
 * files, ignored ones not among them. In order of their paths. @throws {GitError}
 */
export async function differingFiles(git: Git, worktree: string, base: string, head?: string): Promise<readonly DifferingFile[]> {
  const args = head === undefined ? ['diff-index', base] : ['diff-tree', '-r', base, head];
  const [command = '', ...revisions] = args;
  const { stdout } = await git.run([command, '--raw', '-z', '--no-renames', '--ignore-submodules=all', ...revisions, '--'], {
    cwd: worktree,
  });
  const fields = stdout.split('\0');
  const found = new Map<string, DifferingFile>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const path = fields[index + 1] ?? '';
    found.set(path, { path, kind: kinds[fields[index]?.split(' ')[4] ?? ''] ?? 'modified' });
  }
  if (head === undefined) for (const file of await unknownFiles(git, worktree)) found.set(file.path, merged(found.get(file.path), file));
  return [...found.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/**
 * The bytes of a file in a commit or a snapshot, of a submodule a line that names its commit; undefined when it holds no such file.
 * @throws {GitError} `unknown-revision` when the commit is gone.
 */
export async function fileAt(git: Git, revision: string, path: string): Promise<Buffer | undefined> {
  const { stdout, exitCode } = await git.bytes(['cat-file', 'blob', `${revision}:${path}`], undefined, { allowExit: [128] });
  if (exitCode === 0) return stdout;
  const link = await submoduleAt(git, revision, path);
  return link === undefined ? undefined : Buffer.from(`Subproject commit ${link}\n`);
}

/** How many bytes `fileAt` gives; undefined when there is no such file. @throws {GitError} `unknown-revision` */
export async function sizeAt(git: Git, revision: string, path: string): Promise<number | undefined> {
  const entry = await entryAt(git, revision, path);
  return entry?.kind === 'blob' ? entry.size : entry && (await fileAt(git, revision, path))?.length;
}

async function submoduleAt(git: Git, revision: string, path: string): Promise<string | undefined> {
  const entry = await entryAt(git, revision, path);
  return entry?.kind === 'submodule' ? entry.id : undefined;
}

type Entry = { readonly kind: 'blob' | 'submodule'; readonly id: string; readonly size: number };

async function entryAt(git: Git, revision: string, path: string): Promise<Entry | undefined> {
  const args = ['ls-tree', '-z', '-l', '--full-tree', revision, '--', `:(top,literal)${path}`];
  const { stdout, exitCode } = await git.run(args, { allowExit: [128] });
  if (exitCode !== 0 && (await git.resolve(revision)) === undefined) {
    throw new GitError('unknown-revision', `Commit ${revision.slice(0, 10)} is gone from this repository, so its files cannot be shown.`);
  }
  const [, type, id, size] = /^\d+ (blob|commit) ([0-9a-f]+) +(\d+|-)\t/.exec(stdout) ?? [];
  if (id === undefined) return undefined;
  return { kind: type === 'blob' ? 'blob' : 'submodule', id, size: Number(size) || 0 };
}

async function unknownFiles(git: Git, worktree: string): Promise<readonly DifferingFile[]> {
  const { stdout } = await git.run(['ls-files', '-z', '--others', '--exclude-standard'], { cwd: worktree });
  return stdout
    .split('\0')
    .filter(path => path !== '' && !path.endsWith('/')) // with a slash it is a repository of its own
    .map(path => ({ path, kind: 'added' }));
}

/** Removed from the index only: the file is there still. */
const merged = (tracked: DifferingFile | undefined, unknown: DifferingFile): DifferingFile =>
  tracked === undefined ? unknown : { path: unknown.path, kind: 'modified' };
