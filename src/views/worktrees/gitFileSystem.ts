import { lstat, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { FileSystemScheme } from '../../contributions';
import type { Git } from '../../runtime/git/git';
import { isGitError } from '../../runtime/git/gitError';
import { fileAt, sizeAt } from '../../runtime/git/worktreeDiff';

const placeSchema = z.object({
  /** The repository, absolute. */
  root: z.string(),
  /** Absolute; the file is relative to it. */
  worktree: z.string(),
  /** Commit or snapshot; without it, the file as it is on the disk. */
  revision: z.string().optional(),
  /** What is reviewed with it, if something is: a workstream, and a stage, batch, thread or task of it, or itself again; `before`: the left side. */
  review: z.object({ stream: z.string(), node: z.string(), before: z.literal(true).optional() }).optional(),
});

/** Where a file of a worktree is shown from. */
export type WorktreePlace = z.infer<typeof placeSchema>;

/** @param file relative to the worktree, with `/` */
export function worktreeFileUri(place: WorktreePlace, file: string): vscode.Uri {
  const onDisk = vscode.Uri.file(path.join(place.worktree, ...file.split('/')));
  return onDisk.with({ scheme: FileSystemScheme.git, query: JSON.stringify(place) });
}

/** What `worktreeFileUri` was given; undefined for any other uri. */
export function worktreePlace(uri: vscode.Uri): { readonly place: WorktreePlace; readonly file: string } | undefined {
  if (uri.scheme !== FileSystemScheme.git) return undefined;
  try {
    const place = placeSchema.parse(JSON.parse(uri.query));
    return { place, file: path.relative(place.worktree, uri.fsPath).split(path.sep).join('/') };
  } catch {
    return undefined;
  }
}

/** Files of worktrees, commits and snapshots, to be read only: no language server starts on them, nothing can be done to them. */
export class GitFileSystem implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;

  constructor(private readonly gitOf: (root: string) => Git) {}

  static register(gitOf: (root: string) => Git): vscode.Disposable {
    return vscode.workspace.registerFileSystemProvider(FileSystemScheme.git, new GitFileSystem(gitOf), {
      isCaseSensitive: true,
      isReadonly: true,
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { root, revision } = placeOf(uri);
    const { mtimeMs } = revision === undefined ? await lstat(uri.fsPath).catch(() => notFound(uri)) : { mtimeMs: 0 };
    const size =
      revision === undefined
        ? (await readOnDisk(uri)).byteLength
        : ((await this.at(() => sizeAt(this.gitOf(root), revision, fileOf(uri)))) ?? notFound(uri));
    return { type: vscode.FileType.File, ctime: 0, mtime: mtimeMs, size, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { root, revision } = placeOf(uri);
    if (revision === undefined) return readOnDisk(uri);
    return (await this.at(() => fileAt(this.gitOf(root), revision, fileOf(uri)))) ?? notFound(uri);
  }

  /** A commit that is gone, or a repository, is said so in the editor. */
  private async at<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (isGitError(error)) throw vscode.FileSystemError.FileNotFound(error.message);
      throw error;
    }
  }

  /** Nobody tells what changes on the disk: a tab reads again when it is opened again. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    return refuse(uri);
  }

  writeFile(uri: vscode.Uri): never {
    return refuse(uri);
  }

  delete(uri: vscode.Uri): never {
    return refuse(uri);
  }

  rename(uri: vscode.Uri): never {
    return refuse(uri);
  }
}

function placeOf(uri: vscode.Uri): WorktreePlace {
  return worktreePlace(uri)?.place ?? notFound(uri);
}

function fileOf(uri: vscode.Uri): string {
  return worktreePlace(uri)?.file ?? notFound(uri);
}

/** As git would keep it: of a link where it leads, never what is there. */
async function readOnDisk(uri: vscode.Uri): Promise<Uint8Array> {
  const facts = await lstat(uri.fsPath).catch(() => notFound(uri));
  if (facts.isSymbolicLink()) return Buffer.from(await readlink(uri.fsPath));
  return facts.isFile() ? readFile(uri.fsPath) : notFound(uri);
}

function notFound(uri: vscode.Uri): never {
  throw vscode.FileSystemError.FileNotFound(uri);
}

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}
