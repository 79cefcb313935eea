import { randomUUID } from 'node:crypto';
import { isoTime, type Clock } from '../../../common/clock';
import { resolveStage } from '../../../domain/nameResolution';
import { integrationBranch } from '../../../domain/names';
import { populatePlan } from '../../../domain/population/populatePlan';
import { populationGroups, type PopulationGroup } from '../../../domain/population/populationGroups';
import { thinThreads, type ThinThread } from '../../../domain/population/thinThreads';
import type { WorkstreamSnapshot } from '../../../domain/tree/nodes';
import type { WorkFiles } from '../../files/workFiles';
import { journalFolder } from '../../journal/journalPaths';
import type { OpencodeRuntime } from '../../opencode/opencodeRuntime';
import { readAgentPlan, type AgentPlan, type ChosenAgent } from '../agentPlan';
import { RunBudgets } from '../runBudgets';
import type { RunContext } from '../runContext';
import type { Runs } from '../runs';
import { askGroup, type GroupAnswer } from './askGroup';
import { PopulationError } from './populationError';
import { keepProposal, readProposal, type Proposal } from './proposalFile';

export type PopulationRequest = {
  readonly stream: string;
  /** These threads, of those that lack something. */
  readonly threads: readonly string[];
  /** An agent of the agents file, instead of the one that each group's first thread has. */
  readonly agent?: string | undefined;
};

export type PopulationServices = {
  readonly root: string;
  readonly files: WorkFiles;
  readonly opencode: OpencodeRuntime;
  readonly runs: Runs;
  readonly clock: Clock;
  readonly isTrusted: () => boolean;
  readonly snapshot: (stream?: string) => Promise<WorkstreamSnapshot>;
  readonly commonDir: () => Promise<string>;
  readonly refuseAgents: () => void;
};

/** Has agents that only read find out what the threads of a plan leave open, and writes it into the plan when a person says so. */
export class Populations {
  constructor(private readonly services: PopulationServices) {}

  /** The pending threads that lack something; of one stage when it is named. @throws {NameResolutionError} */
  async thin(stream: string, stage?: string): Promise<readonly ThinThread[]> {
    const { stages } = await this.services.snapshot(stream);
    return thinThreads(stage === undefined ? stages : [resolveStage(stages, stage)]);
  }

  /**
   * Asks the agents, all groups at the same time within the limit, and keeps the plan as it would be; nothing is written into it.
   * @throws {PopulationError}, {DriverError} while another process drives, {UpdateError} while a batch of the workstream runs
   */
  async propose(request: PopulationRequest, signal: AbortSignal): Promise<Proposal> {
    const { services } = this;
    services.refuseAgents();
    if (!services.isTrusted()) throw new PopulationError('untrusted', 'This workspace is not trusted: plans are shown, nothing is run.');
    return services.runs.betweenRuns(request.stream, async ({ context, stream, lost }) => {
      const threads = thinThreads(stream.stages).filter(({ id }) => request.threads.includes(id));
      if (threads.length === 0) throw new PopulationError('nothing', 'None of these threads is pending and lacks anything.');
      const hindrance = await new RunBudgets(context, 'population').hindrance();
      if (hindrance !== undefined) throw new PopulationError('budget', `${hindrance}: nobody was asked.`);
      const { planText = '' } = await services.files.readWorkstream(stream.id);
      const stop = AbortSignal.any([signal, lost]);
      const answers = await this.ask(context, { request, groups: populationGroups(threads), plan: planText, stream }, stop);
      const proposal = proposalOf(planText, answers, isoTime(services.clock.now()));
      await keepProposal(context.journalFolder, proposal);
      return proposal;
    });
  }

  /** What was proposed last, if it was not applied. */
  async last(stream: string): Promise<Proposal | undefined> {
    return readProposal(journalFolder(await this.services.commonDir(), stream));
  }

  /** What was proposed last, while the plan is still the one that it is about. */
  async waiting(stream: string): Promise<Proposal | undefined> {
    const last = await this.last(stream);
    return last && (await this.services.files.readWorkstream(stream)).planText === last.before ? last : undefined;
  }

  /** Writes a proposal into `PLAN.md`, which must be as it was. @throws {PopulationError} `changed`, {FilesError} */
  async apply(stream: string, { before, after }: Proposal): Promise<void> {
    this.services.refuseAgents();
    await this.services.files.editPlan(stream, text => {
      if (text === before || text === after) return { text: after };
      throw new PopulationError(
        'changed',
        'PLAN.md was changed since the agents looked at it, so that nothing was written. Compare it with the proposal, or populate the tasks again.',
      );
    });
  }

  private async ask(
    context: RunContext,
    asked: { readonly request: PopulationRequest; readonly groups: readonly PopulationGroup[]; readonly plan: string } & {
      readonly stream: WorkstreamSnapshot;
    },
    stop: AbortSignal,
  ): Promise<readonly GroupAnswer[]> {
    const { request, groups, plan, stream } = asked;
    const { files, opencode, root } = this.services;
    const agents = await readAgentPlan(files, opencode, root, stop);
    const chosen = groups.map(group => ({ group, agent: agentFor(agents, request.agent ?? group.threads[0]?.agent ?? 'default') }));
    const directory = await placeToRead(context, stop);
    const batches = stream.stages.flatMap(stage => stage.batches);
    const known = new Set(batches.flatMap(batch => batch.threads.filter(thread => !thread.orphan).map(({ id }) => id)));
    const round = randomUUID(); // nothing of it is resumed after a crash: it only reads
    return Promise.all(
      chosen.map(({ group, agent }) =>
        context.limiter.run(() => askGroup(context, { group, agent, round, plan, known, directory }, stop), stop),
      ),
    );
  }
}

/** @throws {PopulationError} `no-agent` */
function agentFor(agents: AgentPlan, name: string): ChosenAgent {
  const problem = agents.problemOf(name);
  if (problem !== undefined) throw new PopulationError('no-agent', problem);
  return agents.forTask({ agent: name });
}

/** Where the merged work of the workstream is, once there is any; else the user's checkout. */
async function placeToRead({ git, queue, streamId, root }: RunContext, stop: AbortSignal): Promise<string> {
  const tip = await git.resolve(`refs/heads/${integrationBranch(streamId)}`);
  return tip === undefined ? root : queue.checkOut(tip, stop);
}

function proposalOf(before: string, answers: readonly GroupAnswer[], at: string): Proposal {
  const found = answers.flatMap(({ threads }) => threads);
  const { text, left, free } = populatePlan(before, found);
  const problems = [
    ...answers.flatMap(({ problem }) => problem ?? []),
    ...left.map(id => `${id}: what its agent found out could not be written: something above it in PLAN.md would swallow it.`),
    ...free.map(id => `${id}: its agent’s dependencies were left out: with them the plan would have an error.`),
  ];
  return { at, before, after: text, threads: found.map(({ id }) => id).filter(id => !left.includes(id)), problems };
}
