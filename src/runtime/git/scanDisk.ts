import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { Limiter } from '../../common/limiter';
import { placeOf, toBytePath, type BytePath } from './bytePath';
import { fileBlobId, linkBlobId, type ObjectFormat } from './fileHash';
import type { Git } from './git';
import { ignoredNames, isGitName, nestedRepository } from './ignoredNames';
import { SnapshotError } from './snapshotError';

export type DiskFile = {
  readonly path: BytePath;
  /** Where its bytes are. */
  readonly source: Buffer;
  readonly mode: '100644' | '100755' | '120000';
  readonly object: string;
  readonly size: number;
};

/** Everything that is in a worktree, ignored files aside. */
export type DiskScan = {
  readonly files: readonly DiskFile[];
  /** Those in, or called, `.git`, except the worktree's own: git takes no such name into a tree. */
  readonly gitFiles: readonly DiskFile[];
  readonly emptyFolders: readonly BytePath[];
  /** Submodules whose commits are in the worktree's own git folder; they are listed as if they were in `<name>/.git`. */
  readonly submodules: readonly BytePath[];
  readonly ignored: readonly BytePath[];
  /** Pipes, sockets, devices. */
  readonly special: readonly BytePath[];
  readonly unreadable: readonly BytePath[];
};

type Found = { readonly path: BytePath; readonly source: Buffer; readonly isGit: boolean };
type Folder = Found & { readonly ignored: ReadonlySet<BytePath> };

const filesAtOnce = 16;

/**
 * Reads a worktree from the disk, not from git's index, which may hide changes; git is asked only what it ignores.
 * @throws {SnapshotError} `changing` when something vanished or grew meanwhile.
 */
export async function scanDisk(git: Git, worktree: string, signal?: AbortSignal): Promise<DiskScan> {
  const scan = new Scan(git, worktree, signal);
  return scan.run();
}

class Scan {
  private readonly found: Found[] = [];
  private readonly emptyFolders: BytePath[] = [];
  private readonly submodules: BytePath[] = [];
  private readonly ignored: BytePath[] = [];
  private readonly special: BytePath[] = [];
  private readonly unreadable: BytePath[] = [];
  private ownGitFolder = '';

  constructor(
    private readonly git: Git,
    private readonly worktree: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async run(): Promise<DiskScan> {
    const { stdout } = await this.git.run(['rev-parse', '--absolute-git-dir', '--show-object-format'], { cwd: this.worktree });
    const [gitFolder = '', format = 'sha1'] = stdout.split('\n');
    this.ownGitFolder = await realpath(gitFolder);
    const ignored = new Set(await ignoredNames(this.git, this.worktree));
    await this.folder({ path: '', source: placeOf(this.worktree, ''), isGit: false, ignored });
    const limiter = new Limiter(filesAtOnce);
    const all = await Promise.all(this.found.map(each => limiter.run(() => this.read(each, format as ObjectFormat))));
    const files = all.flatMap(file => file ?? []);
    return {
      files: files.filter(({ isGit }) => !isGit),
      gitFiles: files.filter(({ isGit }) => isGit),
      emptyFolders: this.emptyFolders.sort(),
      submodules: this.submodules.sort(),
      ignored: this.ignored.sort(),
      special: this.special.sort(),
      unreadable: this.unreadable.sort(),
    };
  }

  private async folder(folder: Folder): Promise<void> {
    this.signal?.throwIfAborted();
    const entries = await this.entriesOf(folder);
    if (!entries) return;
    const here = folder.path === '' || folder.isGit ? folder : await this.withNested(folder, entries);
    if (entries.length === 0 && folder.path !== '') this.emptyFolders.push(folder.path);
    for (const entry of entries) {
      const name = toBytePath(entry.name);
      const path = here.path === '' ? name : `${here.path}/${name}`;
      const isOwn = path === '.git';
      const isReplaced = name === '.git' && this.submodules.includes(here.path);
      if (isOwn || isReplaced) continue;
      if (here.ignored.has(path)) this.ignored.push(path);
      else await this.entry(entry, path, here);
    }
  }

  private async entry(entry: Dirent<Buffer>, path: BytePath, folder: Folder): Promise<void> {
    const source = Buffer.concat([folder.source, Buffer.from('/'), entry.name]);
    const isGit = folder.isGit || isGitName(toBytePath(entry.name));
    if (entry.isDirectory()) await this.folder({ path, source, isGit, ignored: folder.ignored });
    else if (entry.isFile() || entry.isSymbolicLink()) this.found.push({ path, source, isGit });
    else this.special.push(path);
  }

  /** Within a repository of its own, that repository says what is ignored; the commits of a submodule are taken along. */
  private async withNested(folder: Folder, entries: readonly Dirent<Buffer>[]): Promise<Folder> {
    if (!entries.some(({ name }) => toBytePath(name) === '.git')) return folder;
    const nested = await nestedRepository(this.git, this.worktree, folder.path, this.ownGitFolder);
    if (!nested) return folder;
    if (nested.hosted !== undefined) {
      this.submodules.push(folder.path);
      const source = Buffer.from(nested.hosted);
      await this.folder({ path: `${folder.path}/.git`, source, isGit: true, ignored: new Set() });
    }
    return { ...folder, ignored: new Set(nested.ignored) };
  }

  private async entriesOf(folder: Folder): Promise<readonly Dirent<Buffer>[] | undefined> {
    try {
      return await readdir(folder.source, { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      this.refuse(folder.path, error);
      return undefined;
    }
  }

  private async read({ path, source, isGit }: Found, format: ObjectFormat): Promise<(DiskFile & { readonly isGit: boolean }) | undefined> {
    this.signal?.throwIfAborted();
    try {
      const stats = await lstat(source);
      const blob = await (stats.isSymbolicLink() ? linkBlobId(source, format) : fileBlobId(source, format));
      if (!blob) throw changing(path);
      const mode = stats.isSymbolicLink() ? '120000' : (stats.mode & 0o100) === 0 ? '100644' : '100755';
      return { path, source, isGit, mode, object: blob.id, size: blob.size };
    } catch (error) {
      this.refuse(path, error);
      return undefined;
    }
  }

  private refuse(path: BytePath, error: unknown): void {
    if (error instanceof SnapshotError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw changing(path, error);
    if (code === undefined) throw error;
    this.unreadable.push(path);
  }
}

function changing(path: BytePath, cause?: unknown): SnapshotError {
  const name = Buffer.from(path, 'latin1').toString();
  return new SnapshotError('changing', `${name} changed while it was read.`, [name], cause);
}
