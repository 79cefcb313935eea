import type { Clock } from '../../common/clock';
import type { Limiter } from '../../common/limiter';
import type { Logger } from '../../common/logger';
import type { UserCommand } from '../../domain/merge/validation';
import type { Settings } from '../../domain/settings/settings';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { ThreadMail } from '../agentMail/threadMail';
import type { Coordination } from '../files/coordination';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import type { Removal } from '../git/removal';
import type { Worktrees } from '../git/worktrees';
import type { Journal } from '../journal/journal';
import type { MergeQueue } from '../merge/mergeQueue';
import type { ValidateCandidate } from '../merge/mergeRequest';
import type { AgentMonitor } from '../monitor/agentMonitor';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import type { SdkWorktrees } from '../opencode/sdkWorktrees';
import type { AssignedThread } from './assignments';
import type { BudgetAsks } from './budgetAsks';
import type { Driver } from './driver';
import type { Effects } from './effects';

/** What a run tells whoever watches it; nothing depends on an answer. */
export type RunObserver = {
  /** A sentence for the log and the command line. */
  notice(message: string): void;
  threadStarted(thread: ThreadNode): void;
};

export type ValidationPlan = {
  readonly commands: readonly UserCommand[];
  /** Milliseconds in which the machine is awake, for each command; 0 is no limit. */
  readonly timeLimit: number;
};

/** Everything one run of one workstream works with; made when the run begins, gone when it ends. */
export type RunContext = {
  readonly root: string;
  readonly streamId: string;
  readonly streamTitle: string;
  /** `<git-common-dir>/work/<workstream>`: the journal's folder. */
  readonly journalFolder: string;
  /** The folder of the `work` shim, first on an agent's PATH. */
  readonly shimFolder: string | undefined;
  readonly files: WorkFiles;
  /** What agents have reserved, and their messages. */
  readonly coordination: Coordination;
  /** Where the settings name a server. */
  readonly agentMail: ThreadMail | undefined;
  readonly git: Git;
  readonly worktrees: Worktrees;
  readonly removal: Removal;
  /** The worktrees that the opencode server makes, where the settings want these. */
  readonly provided: Pick<SdkWorktrees, 'create'>;
  readonly opencode: OpencodeRuntime;
  readonly monitor: AgentMonitor;
  readonly driver: Driver;
  readonly journal: Journal;
  readonly effects: Effects;
  readonly queue: MergeQueue;
  readonly budgetAsks: BudgetAsks;
  readonly limiter: Limiter;
  readonly settings: Settings;
  /** What must pass before anything is merged: the settings' commands, then the plan's. */
  readonly validation: ValidationPlan;
  /** Undefined when nothing is to be checked. One function for the whole run: what waits is checked together. */
  readonly validate: ValidateCandidate<string> | undefined;
  /** Tells the source of a workstream's plan what became of its tasks; never rejects. */
  readonly writeBack?: ((streamId: string) => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: RunObserver;
  /** The threads that work on branches they were given, by id; their work is merged nowhere. */
  readonly assigned: ReadonlyMap<string, AssignedThread>;
  /** Ends what still runs of an attempt's tools and setup command; says what could not be ended. `grace`: milliseconds to end by itself. */
  readonly endProcesses: (attempt: string, grace?: number) => Promise<void>;
};

export type LeftoverProcesses = { readonly ended: number; readonly left: readonly { readonly pid: number; readonly command: string }[] };
/** Finds and ends the processes that an attempt left behind. */
export type EndLeftoverProcesses = (
  owner: { readonly attempt: string; readonly stream: string; readonly root: string },
  logger: Logger,
  options?: { readonly grace?: number | undefined },
) => Promise<LeftoverProcesses>;
