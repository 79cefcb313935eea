import type { Clock } from '../../common/clock';
import type { Limiter } from '../../common/limiter';
import type { Logger } from '../../common/logger';
import type { Settings } from '../../domain/settings/settings';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { Write } from '../journal/appender';
import type { AgentMonitor } from '../monitor/agentMonitor';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import type { BudgetAsks } from './budgetAsks';
import type { Diagnose } from './diagnoseCandidate';
import type { ClaimDriver } from './driver';
import type { LoadWatch } from './loadWatch';
import type { EndLeftoverProcesses, RunContext } from './runContext';

/** What a repository's runs need from the rest of the program. */
export type RunServices = {
  readonly files: WorkFiles;
  readonly opencode: OpencodeRuntime;
  readonly monitor: AgentMonitor;
  readonly budgetAsks: BudgetAsks;
  readonly limiter: Limiter;
  readonly load: Pick<LoadWatch, 'onDidChange'>;
  readonly settings: () => Settings;
  readonly snapshot: (stream?: string) => Promise<WorkstreamSnapshot>;
  readonly shimFolder: () => Promise<string | undefined>;
  readonly isTrusted: () => boolean;
  readonly claimDriver: ClaimDriver;
  /** How this process is called to others. */
  readonly program?: string | undefined;
  readonly endLeftoverProcesses: EndLeftoverProcesses;
  /** Ends what an earlier driver left of a delivery. */
  readonly settleDelivery?: ((context: RunContext) => Promise<void>) | undefined;
  /** Tells the source of a workstream's plan what became of its tasks; says itself what could not be done. */
  readonly writeBack?: ((streamId: string) => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What a window knows of errors in files; nobody elsewhere. */
  readonly diagnose?: Diagnose | undefined;
  readonly journalWrite?: Write | undefined;
  /** The bearer token of the Agent Mail server. */
  readonly agentMailToken?: (() => Promise<string | undefined>) | undefined;
};
