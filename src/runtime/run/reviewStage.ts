import { ancestorId } from '../../domain/ids';
import { changeRange } from '../../domain/review/changeRange';
import { stagePlan, stageReviewPrompt } from '../../domain/review/stageReviewPrompt';
import { parseVerdict } from '../../domain/review/stageVerdict';
import type { StageNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { changedFiles } from '../git/history';
import { journalFile } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import type { AgentPlan, ChosenAgent } from './agentPlan';
import { ReadOnlyTalk } from './readOnlyTalk';
import type { RunBudgets } from './runBudgets';
import type { RunContext, RunObserver } from './runContext';

export type ReviewRequest = {
  /** The batch or stage whose run is about to end, or the stage that came to its gate without one. */
  readonly batch: string;
  /** Asked for only when there is something to review. */
  readonly agents: () => Promise<AgentPlan>;
  readonly budgets: Pick<RunBudgets, 'hindrance'>;
  /** The workstream as its files say it is now. */
  readonly snapshot: () => Promise<WorkstreamSnapshot>;
};

type Gate = { readonly stream: WorkstreamSnapshot; readonly stage: StageNode; readonly base: string; readonly tip: string };

/** More changed lines than these are not even compared: the agent reads the files. */
const mostLines = 5000;

/**
 * When the stage of a batch has come to its gate: lets the agent of `work.review.agent` look at it, once for each state of the
 * integration branch, and writes its verdict down. Nothing depends on it: what goes wrong is said, and the gate is as without it.
 */
export async function reviewStage(context: RunContext, request: ReviewRequest, signal: AbortSignal): Promise<void> {
  const name = context.settings.review.agent;
  if (name === undefined || context.settings.isolation === 'none') return;
  const id = ancestorId(request.batch, 'stage');
  try {
    const gate = await gateOf(context, request, id);
    if (!gate) return;
    const agent = (await request.agents()).named(name);
    if (!agent) {
      tell(context, id, `agent "${name}" is not in work/agents.yaml, or has no model that the opencode server knows (work.review.agent)`);
      return;
    }
    const hindrance = await request.budgets.hindrance();
    if (hindrance !== undefined) {
      tell(context, id, hindrance);
      return;
    }
    context.observer.notice(`Stage ${id}: @${name} reviews it now.`);
    const { said, ...spent } = await context.limiter.run(() => askForReview(context, gate, agent, signal), signal);
    context.journal.append({ kind: 'stage.reviewed', stage: id, tip: gate.tip, agent: name, ...parseVerdict(said), ...spent });
  } catch (error) {
    context.driver.check(); // what another driver goes on with is not told of here
    context.logger.warn(`the review of stage ${id} failed: ${String(error)}`);
    tell(context, id, signal.aborted ? 'it was stopped' : error instanceof Error ? error.message : String(error));
  }
}

function tell({ observer }: RunContext, stage: string, why: string): void {
  notReviewed(observer, stage, why);
}

/** Says that a stage is at its gate without a verdict, and why. */
export function notReviewed(observer: Pick<RunObserver, 'notice'>, stage: string, why: string): void {
  observer.notice(`Stage ${stage} was not reviewed: ${why.replace(/\.$/, '')}. Its gate waits for you as ever.`);
}

/** The stage at its gate, with the commits that its work lies between; undefined when there is nothing to review, or it was. */
async function gateOf({ journal, journalFolder }: RunContext, { snapshot }: ReviewRequest, id: string): Promise<Gate | undefined> {
  const stream = await snapshot();
  const stage = stream.stages.find(candidate => candidate.id === id);
  if (stage?.atGate !== true) return undefined;
  const range = changeRange(await readJournal(journalFile(journalFolder)), id);
  if (range?.kind !== 'merges' || journal.state.reviews.some(review => review.stage === id && review.tip === range.after)) return undefined;
  return { stream, stage, base: range.before, tip: range.after };
}

type Said = { readonly said: string; readonly session: string; readonly cost?: number };

/** One session and one prompt for the gate's state, whoever drives; gives the last thing that the agent said, and what it cost. */
async function askForReview(context: RunContext, gate: Gate, agent: ChosenAgent, stop: AbortSignal): Promise<Said> {
  const { stage, tip } = gate;
  const directory = await context.queue.checkOut(tip, stop);
  const talk = await ReadOnlyTalk.open(
    context,
    { attempt: `${stage.id}/review/${tip}`, about: stage.id, directory, title: `Review of stage ${stage.id}`, agent },
    stop,
  );
  return { said: await talk.ask(() => promptOf(context, gate), stop), ...(await talk.spent()) };
}

async function promptOf({ git, files, streamId }: RunContext, { stream, stage, base, tip }: Gate): Promise<string> {
  const changed = await changedFiles(git, base, tip);
  const lines = changed.reduce((sum, { additions = 0, deletions = 0 }) => sum + additions + deletions, 0);
  const diff =
    lines > mostLines
      ? undefined
      : (await git.run(['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--end-of-options', base, tip, '--'])).stdout;
  const { planText = '' } = await files.readWorkstream(streamId);
  return stageReviewPrompt({
    ...{ stage, base, tip, diff },
    plan: stagePlan(planText, stage, stream.stages),
    files: changed.map(({ kind, path }) => `${kind} ${path}`),
  });
}
