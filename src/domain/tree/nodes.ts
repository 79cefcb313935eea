import type { ForeseenWith } from '../merge/foreseen';
import type { DeliveryState } from '../delivery/delivery';
import type { Mail } from '../reservations/mail';
import type { Reservation } from '../reservations/reservations';
import type { StageReview } from '../review/stageVerdict';
import type { BudgetFigures } from '../run/budget';
import type { DriverHolder } from '../run/driverHolder';
import type { ApprovalStatus } from '../files/records';
import type { AttemptState, MergeState, ResolutionState, ResolvedState, ReturnState, ValidationState } from '../journal/journalState';
import type { Diagnostic } from '../plan/planDocument';
import type { TaskStatus } from '../taskStatus';
import type { ShownHealth } from './taskHealth';
import type { ThreadWait } from './waits';

/** A group (thread, batch, stage) has the status of a task, rolled up; `failed` is not one of them (a failed task is blocked). */
export type GroupStatus = 'pending' | 'in_progress' | 'completed' | 'blocked';
export type StreamStatus = 'pending' | 'in_progress' | 'completed' | 'on_hold';

export type Counts = {
  readonly total: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly inProgress: number;
  readonly blocked: number;
  readonly pending: number;
};

/** What waits for a person: a permission or a question of an agent (or one of its sub-agents), a budget that is spent. */
export type Ask = AgentAsk | BudgetAsk;
export type AgentAsk = PermissionAsk | QuestionAsk;
/** Whether its tasks may go on although their budget is spent. */
export type BudgetAsk = BudgetFigures & {
  readonly kind: 'budget';
  readonly id: string;
  readonly root: string;
  readonly stream: string;
  /** The tasks that wait with it. */
  readonly tasks: readonly string[];
  readonly askedAt: number;
};
type AskBase = {
  readonly id: string;
  readonly directory: string;
  /** The session that asked; a sub-agent's own. */
  readonly session: string;
  /** The session of the attempt it belongs to. */
  readonly rootSession: string;
  readonly askedAt: number;
};
export type PermissionAsk = AskBase & {
  readonly kind: 'permission';
  readonly permission: string;
  readonly patterns: readonly string[];
  readonly title: string;
};
export type QuestionAsk = AskBase & {
  readonly kind: 'question';
  readonly questions: readonly {
    readonly header: string;
    readonly question: string;
    readonly multiple: boolean;
    readonly options: readonly { readonly label: string; readonly description: string }[];
  }[];
};

export type StageNode = {
  readonly kind: 'stage';
  readonly id: string;
  readonly name: string;
  readonly status: GroupStatus;
  readonly counts: Counts;
  readonly approval: ApprovalStatus;
  /** Every task done, not approved yet: the gate waits for a human. */
  readonly atGate: boolean;
  /** How it stands with the user's branch, if a delivery was ever tried. */
  readonly delivery: DeliveryState | undefined;
  /** What a reviewing agent said of its work as it is now. */
  readonly review: StageReview | undefined;
  readonly line: number;
  readonly batches: readonly BatchNode[];
};

export type BatchNode = {
  readonly kind: 'batch';
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly status: GroupStatus;
  readonly counts: Counts;
  readonly running: boolean;
  readonly line: number;
  readonly threads: readonly ThreadNode[];
};

export type ThreadNode = {
  readonly kind: 'thread';
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  readonly agent: string;
  readonly status: GroupStatus;
  readonly counts: Counts;
  readonly running: boolean;
  readonly asks: readonly Ask[];
  readonly merge: MergeState | undefined;
  /** Its work is done, and still to be merged. */
  readonly awaitsMerge: boolean;
  /** What the project's checks said of candidates with its work, in order. */
  readonly validations: readonly ValidationState[];
  /** With whom its work would conflict if both were merged now. */
  readonly foreseen: readonly ForeseenWith[];
  /** When its work went back to its agent, in order. */
  readonly returns: readonly ReturnState[];
  /** The worktree in which a person resolves its conflicts now. */
  readonly resolution: ResolutionState | undefined;
  /** Conflicts of its merges that ended without an agent, in order. */
  readonly resolved: readonly ResolvedState[];
  /** Files that it keeps for itself now. */
  readonly reserved: readonly Reservation[];
  /** What its agent wrote to a person who has not read it yet, in order. */
  readonly mail: readonly Mail[];
  /** Why it is blocked or how it ended, if the journal knows. */
  readonly reason: string | undefined;
  /** Ids that its plan says it depends on (threads, tasks, batches); undefined when it says nothing, and so waits for the batch before. */
  readonly dependsOn: readonly string[] | undefined;
  /** Paths and globs that its plan says it changes. */
  readonly files: readonly string[];
  /** Why a run does not begin it, while that is so. */
  readonly wait?: ThreadWait | undefined;
  /** The task that waits for it, while nobody has it run: it was made for that task, and a person has to. */
  readonly awaitedBy?: string | undefined;
  readonly promptPath: string;
  readonly line: number;
  /** Absent from PLAN.md (only tasks name it): shown, never run. */
  readonly orphan: boolean;
  readonly tasks: readonly TaskNode[];
};

export type TaskNode = {
  readonly kind: 'task';
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatus;
  readonly report: string | undefined;
  readonly breadcrumb: string | undefined;
  readonly agent: string;
  /** A live attempt of ours works on it now. */
  readonly running: boolean;
  /** What the agent of that attempt does. */
  readonly health: ShownHealth | undefined;
  readonly asks: readonly Ask[];
  readonly attempts: readonly AttemptState[];
  readonly updatedAt: string | undefined;
};

export type PlanNode = StageNode | BatchNode | ThreadNode | TaskNode;

/** A file of `work/` that is missing, unreadable or of a format that is only shown. */
export type FileProblem = {
  readonly file: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
};

export type WorkstreamSnapshot = {
  readonly id: string;
  readonly name: string;
  /** Absolute path of `work/<id>`. */
  readonly folder: string;
  readonly title: string;
  readonly status: StreamStatus;
  readonly counts: Counts;
  readonly percent: number;
  /** A person completed it; `status` says only that every task is done. */
  readonly isEnded: boolean;
  /** The first batch that is not done, null when all are. */
  readonly nextBatch: string | null;
  readonly currentBatch: string | undefined;
  /** The id of the batch or stage that is carried out now. */
  readonly runningScope?: string | undefined;
  readonly planModifiedSinceApproval: boolean;
  readonly approval: ApprovalStatus;
  readonly diagnostics: readonly Diagnostic[];
  readonly problems: readonly FileProblem[];
  /** Why this workstream is shown but not written, if so. */
  readonly readOnly: string | undefined;
  /** The plan's own validation commands. */
  readonly validation: readonly string[];
  readonly stages: readonly StageNode[];
};

export type StreamSummary = {
  readonly id: string;
  readonly name: string;
  readonly status: StreamStatus;
  readonly missing: boolean;
  readonly current: boolean;
};

/** Everything one repository's views show. */
export type RepositorySnapshot = {
  /** The repository's root: the folder that holds `.git` and `work/`. */
  readonly root: string;
  readonly hasWork: boolean;
  readonly streams: readonly StreamSummary[];
  /** The current workstream, or the only unfinished one. */
  readonly stream: WorkstreamSnapshot | undefined;
  /** Another process carries out its batches; a holder that left no name has none. */
  readonly drivenBy?: { readonly holder: DriverHolder | undefined };
  readonly problems: readonly FileProblem[];
};
