import { parsePopulation, type PopulatedThread } from '../../../domain/population/populationAnswer';
import type { PopulationGroup } from '../../../domain/population/populationGroups';
import { populationCorrection, populationPrompt } from '../../../domain/population/populationPrompt';
import type { ChosenAgent } from '../agentPlan';
import { ReadOnlyTalk } from '../readOnlyTalk';
import type { RunContext } from '../runContext';

export type GroupQuestion = {
  readonly group: PopulationGroup;
  readonly agent: ChosenAgent;
  /** Tells this request from every other one. */
  readonly round: string;
  /** `PLAN.md`, and the ids of its threads. */
  readonly plan: string;
  readonly known: ReadonlySet<string>;
  readonly directory: string;
};

export type GroupAnswer = { readonly threads: readonly PopulatedThread[]; readonly problem: string | undefined };

/** One agent's answer for its threads; asked once more when it cannot be taken. What goes wrong is a sentence: others go on. */
export async function askGroup(context: RunContext, question: GroupQuestion, stop: AbortSignal): Promise<GroupAnswer> {
  const { group, round, plan, known, directory, agent } = question;
  const { phase } = group;
  const title = phase === 'all' ? 'Population of the plan' : `Population of ${phase}`;
  const read = (said: string) => parsePopulation(said, group, known);
  let talk: ReadOnlyTalk | undefined;
  let found: readonly PopulatedThread[] = [];
  try {
    talk = await ReadOnlyTalk.open(context, { attempt: `population/${round}/${phase}`, about: phase, directory, title, agent }, stop);
    const first = read(await talk.ask(() => Promise.resolve(populationPrompt({ group, plan })), stop));
    if (first.kind === 'threads') return { threads: (found = first.threads), problem: undefined };
    const correction = populationCorrection(first.problems);
    const second = read(await talk.askAgain({ about: 'nudge', reason: 'its answer could not be used' }, correction, stop));
    if (second.kind === 'threads') return { threads: (found = second.threads), problem: undefined };
    return refused(group, `its agent’s answer cannot be used, also when it was asked again: ${second.problems.join('; ')}`);
  } catch (error) {
    context.driver.check();
    stop.throwIfAborted();
    context.logger.warn(`the population of ${phase} failed: ${String(error)}`);
    return refused(group, error instanceof Error ? error.message : String(error));
  } finally {
    if (talk) await account(context, question, talk, found);
  }
}

/** What it cost counts, whatever came of it. */
async function account(
  { journal, driver }: RunContext,
  { group: { phase, threads }, agent: { definition } }: GroupQuestion,
  talk: ReadOnlyTalk,
  found: readonly PopulatedThread[],
): Promise<void> {
  const spent = await talk.spent();
  if (driver.lost.aborted) return; // whoever drives now asks the session itself
  const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
  journal.append({
    kind: 'plan.populated',
    phase,
    threads: ids(threads),
    found: ids(found),
    agent: definition?.name ?? 'default',
    ...spent,
  });
}

function refused({ threads }: PopulationGroup, why: string): GroupAnswer {
  return { threads: [], problem: `${threads.map(({ id }) => id).join(', ')}: ${why.replace(/\.$/, '')}.` };
}
