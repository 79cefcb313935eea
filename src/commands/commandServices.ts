import type * as vscode from 'vscode';
import type { RepositoryWorktrees } from '../domain/worktrees/worktreeFacts';
import type { Runtime } from '../runtime/createRuntime';
import type { Review } from '../runtime/review/readReview';
import type { ErrorHandler } from '../views/errors';
import type { ConflictEditors } from '../views/merge/conflictEditors';
import type { ReviewComments } from '../views/review/reviewComments';
import type { JournalRef } from '../views/journalDocuments';
import type { ChangeDrafts } from '../views/changes/changeDrafts';
import type { DependencyRef } from '../views/dependencies/dependencyPages';
import type { PlanElement } from '../views/planElements';
import type { PlanSource } from '../views/planSource';
import type { WorktreeElement } from '../views/worktrees/worktreeElements';
import type { ReadOnlyText } from '../views/readOnlyText';
import type { ThreadRef } from '../views/terminals/transcript';

/** What commands work with. They read arguments, call the runtime, and nothing else. */
export type CommandServices = {
  readonly runtime: Runtime;
  readonly plans: PlanSource;
  readonly view: {
    readonly visible: boolean;
    readonly selection: PlanElement | undefined;
    reveal(root: string, id: string, options?: { readonly focus?: boolean; readonly expand?: boolean }): Promise<void>;
  };
  readonly terminals: {
    focus(thread: ThreadRef): void | Promise<void>;
    focusNext(): void | Promise<void>;
    focusPrevious(): void | Promise<void>;
    openTui(thread: ThreadRef, options: { readonly preserveFocus: boolean }): Promise<void>;
  };
  readonly worktrees: {
    readonly repositories: readonly RepositoryWorktrees[];
    /** Looks at everything now. */
    refresh(): Promise<void>;
    /** Rejects when the signal is aborted. */
    measureAll(signal: AbortSignal): Promise<void>;
  };
  readonly conflicts: Pick<ConflictEditors, 'open' | 'unsaved' | 'close'>;
  readonly worktreesView: { readonly selection: WorktreeElement | undefined };
  readonly reviews: { show(root: string, review: Review, title: string): Promise<boolean> };
  /** Requests for changes that are being written. */
  readonly drafts: Pick<ChangeDrafts, 'get' | 'set' | 'write' | 'targetOf' | 'done'>;
  readonly comments: Pick<ReviewComments, 'all' | 'find' | 'add' | 'addAt' | 'isReviewed' | 'change' | 'refresh' | 'reviewed'>;
  /** What plans from elsewhere would become. */
  readonly imports: Pick<ReadOnlyText, 'show' | 'offer'>;
  /** Pages of who waits for whom. */
  readonly dependencies: { show(ref: DependencyRef): void };
  readonly journals: { show(ref: JournalRef): Promise<void> };
  /** Where the user's secrets are kept. */
  readonly secrets: Pick<vscode.SecretStorage, 'store' | 'delete'>;
  readonly log: vscode.LogOutputChannel;
  /** Reads everything again. */
  readonly refresh: () => Promise<void>;
  readonly onError: ErrorHandler;
};

/** One command, registered; the array of all of them is made in `registerCommands`. */
export type RegisterCommand = (services: CommandServices) => vscode.Disposable;
