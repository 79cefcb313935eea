import type { Git } from './git';
import { listSnapshots, type Snapshot } from './snapshotRecord';

export type SnapshotRequest = {
  /** Absolute. */
  readonly worktree: string;
  readonly stream: string;
  readonly task: string;
  /** `<task>#<number>` */
  readonly attempt?: string | undefined;
  /** Without it, large files that git does not track are refused. */
  readonly consent?: { readonly largeFiles: boolean } | undefined;
};

/** The worktrees' contents that are kept below `refs/work/snapshots`. */
export class Snapshots {
  constructor(private readonly git: Git) {}

  /** Newest first. */
  list(): Promise<readonly Snapshot[]> {
    return listSnapshots(this.git);
  }
}
