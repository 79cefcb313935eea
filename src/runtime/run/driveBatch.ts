import type { JournalEvent } from '../../domain/journal/events';
import { checksOf } from '../../domain/run/checks';
import type { RunState } from '../../domain/journal/journalState';
import { ignoredWarning } from '../../domain/journal/ignoredLine';
import { integrationBranch } from '../../domain/names';
import type { Finding } from '../../domain/run/checkRun';
import { runScope, scopeTitle, type RunScope } from '../../domain/run/runScope';
import type { Settings } from '../../domain/settings/settings';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import { ThreadMail } from '../agentMail/threadMail';
import { Coordination } from '../files/coordination';
import type { Git } from '../git/git';
import { Worktrees } from '../git/worktrees';
import { Journal } from '../journal/journal';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { MergeQueue } from '../merge/mergeQueue';
import type { AgentPlan } from './agentPlan';
import { readAssigned } from './assignments';
import { BatchRunner, type BatchResult } from './batchRunner';
import { cleanUpKept } from './cleanUpThread';
import { expireSnapshots } from './expireSnapshots';
import { alsoDiagnosed } from './diagnoseCandidate';
import type { Driver } from './driver';
import { lastOfRun, sameSession } from './earlierAttempts';
import { Effects } from './effects';
import { correctSessions } from './correctSessions';
import type { GoOn } from './goOn';
import { leaveRuns, openRuns } from './leaveRuns';
import { demandMerges } from './lostMerges';
import { prepareBatch } from './prepareBatch';
import { reviewStage } from './reviewStage';
import type { RunContext, RunObserver } from './runContext';
import type { RunServices } from './runServices';
import type { StopSwitches } from './stopSwitches';
import { validationOf } from './validateCandidate';
import { worktreeKeeping } from './worktreeKeeping';

export type DriveObserver = RunObserver & { appended(event: JournalEvent): void };

export type DriveServices = Omit<RunServices, 'isTrusted' | 'claimDriver' | 'program'> & {
  readonly root: string;
  readonly git: Git;
  /** Absolute. */
  readonly worktreesRoot: string;
  readonly switches: StopSwitches;
  readonly driver: Driver;
  readonly observer: DriveObserver;
};

/** A batch or stage that passed its checks. */
export type CheckedBatch = {
  readonly stream: WorkstreamSnapshot;
  readonly scope: RunScope;
  readonly agents: AgentPlan;
  readonly only: readonly string[] | undefined;
  readonly goOn: GoOn | undefined;
  /** Go on with what an earlier driver left open of the batch, and nothing else. */
  readonly resume: boolean;
  /** What generated prompts name, because the server lists it. */
  readonly skill: string | undefined;
  readonly warnings: readonly Finding[];
};

/** Goes on with what an earlier driver left of the batch, or begins it: writes what is missing, and runs it to its end. */
export function driveBatch(
  services: DriveServices,
  checked: CheckedBatch,
  signal: AbortSignal,
): Promise<{ readonly result: BatchResult; readonly warnings: readonly Finding[] }> {
  return withContext(services, checked.stream, (context, warnings) =>
    runInContext(services, { ...checked, warnings: [...checked.warnings, ...warnings] }, context, signal),
  );
}

/** Ends what earlier drivers left open in a workstream, and runs nothing. */
export function leaveBatches(services: DriveServices, stream: WorkstreamSnapshot): Promise<void> {
  return withContext(services, stream, context => leaveRuns(context, stream, undefined));
}

/** Opens the workstream's journal as its driver, for as long as the work takes. */
export async function withContext<T>(
  services: DriveServices,
  stream: WorkstreamSnapshot,
  work: (context: RunContext, warnings: readonly Finding[]) => Promise<T>,
): Promise<T> {
  const folder = journalFolder(await services.git.commonDir(), stream.id);
  const { clock, logger, driver, journalWrite } = services;
  const journal = await Journal.open(journalFile(folder), {
    clock,
    logger,
    epoch: driver.epoch,
    guard: () => driver.check(),
    ...(journalWrite ? { write: journalWrite } : {}),
  });
  const subscription = journal.onDidAppend(event => services.observer.appended(event));
  const load = services.load.onDidChange(({ limit, setting }) => {
    if (!driver.lost.aborted) journal.append({ kind: 'limit.changed', limit, setting });
  });
  const problem = ignoredWarning(journal.ignored);
  const warnings: readonly Finding[] = problem === undefined ? [] : [{ code: 'journal', message: problem }];
  let context: RunContext | undefined;
  try {
    context = await makeContext(services, stream, journal, folder);
    return await work(context, warnings);
  } finally {
    await context?.agentMail?.dispose();
    load.dispose();
    if (!driver.lost.aborted) await journal.foldInbox();
    if (!driver.lost.aborted) await services.writeBack?.(stream.id);
    subscription.dispose();
    journal.close();
  }
}

async function makeContext(services: DriveServices, stream: WorkstreamSnapshot, journal: Journal, folder: string): Promise<RunContext> {
  const { git, logger } = services;
  const assigned = await readAssigned(folder);
  const set = services.settings();
  const settings: Settings = assigned.size > 0 ? { ...set, isolation: 'task' } : set;
  const worktrees = new Worktrees(git, { directory: services.worktreesRoot, logger });
  const context: Omit<RunContext, 'validate'> = {
    ...services,
    settings,
    assigned,
    validation: { commands: checksOf(settings, stream), timeLimit: settings.limits.validation * 1000 },
    streamId: stream.id,
    streamTitle: stream.title,
    journalFolder: folder,
    coordination: new Coordination(folder, services.clock),
    agentMail: agentMailOf(services, settings.agentMail.url),
    shimFolder: await services.shimFolder(),
    worktrees,
    ...worktreeKeeping(git, services.opencode, { directory: services.worktreesRoot, clock: services.clock, logger }),
    journal,
    effects: new Effects(journal, () => services.driver.check()),
    queue: new MergeQueue({
      git,
      worktrees,
      streamId: stream.id,
      strategy: settings.merge.strategy,
      limit: settings.merge.batch,
      logger,
    }),
    async endProcesses(attempt, grace) {
      for (const id of sameSession(journal.state, attempt)) {
        const { left } = await services.endLeftoverProcesses({ attempt: id, stream: stream.id, root: services.root }, logger, { grace });
        for (const { pid, command } of left) {
          services.observer.notice(`${id}: process ${pid} (${command}) is left over from it; end it yourself.`);
        }
      }
    },
  };
  return { ...context, validate: alsoDiagnosed(context, validationOf(context), services.diagnose) };
}

function agentMailOf({ root, logger, observer, agentMailToken }: DriveServices, url: string | undefined): ThreadMail | undefined {
  if (url === undefined) return undefined;
  const token = agentMailToken ?? (() => Promise.resolve(undefined));
  return new ThreadMail({ url, token, root, logger, notice: message => observer.notice(message) });
}

async function runInContext(
  services: DriveServices,
  { stream, scope, agents, only: wanted, goOn, resume, warnings, skill }: CheckedBatch,
  base: RunContext,
  signal: AbortSignal,
): Promise<{ readonly result: BatchResult; readonly warnings: readonly Finding[] }> {
  const { observer } = services;
  for (const { message } of warnings) observer.notice(message);
  await base.removal.finish();
  await services.settleDelivery?.(base);
  await cleanUpKept(base);
  await expireSnapshots(base);
  const open = base.settings.recovery === 'leave' && !resume ? undefined : openRuns(base).findLast(run => run.batch === scope.id);
  await leaveRuns(base, stream, open?.id);
  if (!open) await base.files.acceptRecords(stream.id);
  await correctSessions(base);
  if (open) observer.notice(`${scopeTitle(scope.id)} was cut off earlier; it goes on where it was.`);
  const context = open ? { ...base, settings: { ...base.settings, isolation: open.isolation } } : base;
  const only = open ? bothOf(open.only, resume ? [] : wanted) : wanted;
  for (const sentence of await prepareBatch(services.files, stream, scope, skill)) observer.notice(sentence);
  const head = await services.git.head();
  const { tip, diverged } = await integrationTip(context, head.sha ?? '', head.branch ?? 'HEAD');
  if (diverged) observer.notice(diverged.message);
  const fresh = await services.snapshot(stream.id); // with the tasks that were just added
  const result = await new BatchRunner(context, services.switches).run(
    {
      scope: runScope(fresh, scope.id) ?? scope,
      stages: fresh.stages,
      agents,
      integrationTip: tip,
      branch: head.branch ?? null,
      only,
      goOn: goOn ?? (open && unheard(base, open)),
      asked: open && !resume ? wanted : undefined,
      open,
      atEnd: (budgets, stop) =>
        reviewStage(
          context,
          { batch: scope.id, agents: () => Promise.resolve(agents), budgets, snapshot: () => services.snapshot(stream.id) },
          stop,
        ),
    },
    signal,
  );
  return { result, warnings: diverged ? [...warnings, diverged] : warnings };
}

/** What a person said to an agent in a run whose driver died before that agent's attempt began. */
function unheard({ journal }: RunContext, { id, goOn }: RunState): GoOn | undefined {
  return goOn && !lastOfRun(journal.state, id, goOn.task) ? goOn : undefined;
}

/** What either asked for; undefined stands for everything. */
function bothOf(left: readonly string[] | undefined, right: readonly string[] | undefined): readonly string[] | undefined {
  return left && right ? [...new Set([...left, ...right])] : undefined;
}

/** Brings the integration branch up to the user's branch where that is possible, and gives where threads start from. */
async function integrationTip(
  context: RunContext,
  head: string,
  branch: string,
): Promise<{ readonly tip: string; readonly diverged?: Finding }> {
  if (context.settings.isolation === 'none' || context.assigned.size > 0) return { tip: head };
  const name = integrationBranch(context.streamId);
  const before = (await context.git.resolve(`refs/heads/${name}`)) ?? null;
  const state = await context.queue.ensureIntegrationBranch({ base: head });
  await demandMerges(context, state.tip);
  if (before !== state.tip) {
    context.journal.append({ kind: 'integration.updated', branch: name, before, after: state.tip, reason: `brought up to ${branch}` });
  }
  if (state.kind !== 'diverged') return { tip: state.tip };
  const message = `Branches ${name} and ${branch} have diverged: this batch starts from ${name}. Merge ${branch} into it if you need what is new there.`;
  return { tip: state.tip, diverged: { code: 'diverged', message } };
}
