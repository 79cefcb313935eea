import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isSafeName, safeSegments } from '../../domain/files/workPaths';
import { codeOf, FilesError, wordsOf } from './filesError';

/** The folder `work/` of a repository. No path it gives leads out of it, whatever names files and plans contain. */
export class WorkFolder {
  readonly path: string;

  /** `root`: the folder that holds `.git`. */
  constructor(readonly root: string) {
    this.path = path.join(root, 'work');
  }

  /** @throws FilesError `invalid` for an id that is not one folder's name. */
  stream(streamId: string): string {
    if (!isSafeName(streamId)) {
      throw new FilesError('invalid', `${JSON.stringify(streamId)} cannot be a workstream's id: it must name one folder below work/.`);
    }
    return path.join(this.path, streamId);
  }

  /** A path relative to `work/`, with either separator, or undefined when it would lead elsewhere. Links are not looked at. */
  resolve(relative: string): string | undefined {
    const segments = safeSegments(relative);
    return segments && path.join(this.path, ...segments);
  }

  /**
   * Makes sure that links do not lead a file out of `work/` either; for files that are about to be read or written.
   * @throws FilesError `invalid`
   */
  async confine(file: string): Promise<string> {
    const folder = await realpathOfExisting(this.path);
    const target = await realpathOfExisting(file);
    const relative = path.relative(folder, target);
    if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
      throw new FilesError('invalid', `${file} leads out of work/ (to ${target}). Replace the link by a file or folder of its own.`, {
        file,
      });
    }
    return file;
  }
}

/** The real path of a file that need not exist: that of the nearest folder that does, and the rest as it is. */
async function realpathOfExisting(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const parent = path.dirname(file);
    if (codeOf(error) !== 'ENOENT' || parent === file) {
      throw new FilesError('failed', `${file} cannot be reached: ${wordsOf(error)}.`, { file, cause: error });
    }
    return path.join(await realpathOfExisting(parent), path.basename(file));
  }
}
