import type { TextPosition } from '../../domain/files/jsonText';

/**
 * - `unparsable`: the file is not what it should be; nothing was written to it
 * - `missing`: no such file, workstream, task, thread or session
 * - `locked`: another program holds the file's lock
 * - `invalid`: a name, id or value that cannot be used
 * - `conflict`: it exists already, or changes faster than it can be edited
 * - `read-only`: a format that is shown but not written
 * - `failed`: the file system refused
 */
export type FilesErrorReason = 'unparsable' | 'missing' | 'locked' | 'invalid' | 'conflict' | 'read-only' | 'failed';

/** What kept a file of `work/` from being read or changed; the message says what to do. */
export class FilesError extends Error {
  override readonly name = 'FilesError';
  readonly file: string | undefined;
  readonly position: TextPosition | undefined;

  constructor(
    readonly reason: FilesErrorReason,
    message: string,
    details: { readonly file?: string; readonly position?: TextPosition | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.file = details.file;
    this.position = details.position;
  }
}

export function missingFolder(streamId: string, file: string): FilesError {
  return new FilesError('missing', `The folder work/${streamId} is missing. Restore it, or choose another workstream.`, { file });
}

/** The `code` of an error of Node's file system. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What the file system said, as the end of a sentence. */
export function wordsOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file stands where its folder should be';
    case 'EISDIR':
      return 'it is a folder, not a file';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
