import type { Event } from '../../common/event';
import type { RepositoryWorktrees } from '../../domain/worktrees/worktreeFacts';

/** What the Worktrees view shows, and how it makes somebody look. */
export interface WorktreeSource {
  readonly repositories: readonly RepositoryWorktrees[];
  /** False until every repository was looked at. */
  readonly loaded: boolean;
  readonly onDidChange: Event<unknown>;
  /** Looks now and whenever something may have changed, as long as somebody watches. */
  setActive(active: boolean): void;
  refresh(): Promise<void>;
  /** Bytes and files, if somebody measured them. */
  sizeOf(root: string, worktree: string): { readonly bytes: number; readonly files: number } | undefined;
  measure(root: string, worktree: string, signal?: AbortSignal): Promise<{ readonly bytes: number; readonly files: number } | undefined>;
}
