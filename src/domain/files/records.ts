import type { TaskStatus } from '../taskStatus';

/** The parts of the files of `work/` that the product reads. Unknown keys stay in the file, untouched (they are edited in place). */
export type ApprovalStatus = 'draft' | 'approved' | 'revoked';

export type StageApproval = {
  readonly status: ApprovalStatus;
  readonly approved_at?: string | undefined;
  readonly approved_by?: string | undefined;
  readonly revoked_at?: string | undefined;
  readonly commit_sha?: string | undefined;
};

export type Approval = {
  readonly status: ApprovalStatus;
  readonly approved_at?: string | undefined;
  readonly approved_by?: string | undefined;
  readonly plan_hash?: string | undefined;
  /** Keyed by the stage's number without padding: `"1"`. */
  readonly stages?: Readonly<Record<string, StageApproval>> | undefined;
};

export type StreamRecord = {
  readonly id: string;
  readonly name: string;
  readonly order: number;
  readonly path: string;
  readonly size?: string | undefined;
  readonly created_at?: string | undefined;
  readonly updated_at?: string | undefined;
  /** Usually absent: computed from the tasks. `on_hold` and `completed` are stored. */
  readonly status?: string | undefined;
  readonly current_batch?: string | undefined;
  readonly approval?: Approval | undefined;
};

export type IndexRecord = {
  readonly version: string;
  readonly last_updated: string;
  readonly current_stream?: string | undefined;
  readonly streams: readonly StreamRecord[];
};

export type SessionStatus = 'running' | 'completed' | 'failed' | 'interrupted';

/** One attempt, as `threads.json` keeps it. `sessionId` is the attempt's own id, not opencode's. */
export type SessionRecord = {
  readonly sessionId: string;
  readonly agentName: string;
  readonly model: string;
  readonly startedAt: string;
  readonly completedAt?: string | undefined;
  readonly status: SessionStatus;
  readonly exitCode?: number | undefined;
};

export type TaskRecord = {
  readonly id: string;
  readonly name: string;
  readonly stage_name: string;
  readonly batch_name: string;
  readonly thread_name: string;
  readonly status: TaskStatus;
  readonly created_at: string;
  readonly updated_at: string;
  readonly breadcrumb?: string | undefined;
  readonly report?: string | undefined;
  readonly assigned_agent?: string | undefined;
  /** Only in files of January 2026: read, never migrated. */
  readonly sessions?: readonly SessionRecord[] | undefined;
  readonly currentSessionId?: string | undefined;
};

export type ThreadRecord = {
  readonly threadId: string;
  /** Relative to `work/`. */
  readonly promptPath?: string | undefined;
  readonly sessions: readonly SessionRecord[];
  readonly currentSessionId?: string | undefined;
  readonly opencodeSessionId?: string | undefined;
  /** From here on: only in files that keep status and report per thread; read, never written. */
  readonly threadName?: string | undefined;
  readonly stageName?: string | undefined;
  readonly batchName?: string | undefined;
  readonly status?: TaskStatus | undefined;
  readonly assignedAgent?: string | undefined;
  readonly report?: string | undefined;
  readonly breadcrumb?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly updatedAt?: string | undefined;
};
