import type { ChangedFile } from '../../domain/journal/events';
import type { FileChange } from './history';

/** A change as journal and reports tell it. */
export function toChangedFile({ path, oldPath, kind, additions, deletions }: FileChange): ChangedFile {
  return {
    path,
    change: kind === 'copied' ? 'added' : kind === 'typeChanged' ? 'modified' : kind,
    ...(oldPath === undefined ? {} : { from: oldPath }),
    ...(additions === undefined ? {} : { additions }),
    ...(deletions === undefined ? {} : { deletions }),
  };
}
