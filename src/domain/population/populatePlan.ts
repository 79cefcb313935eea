import { oneLine } from '../../common/text';
import { planToChange, said } from '../plan/appendToPlan';
import { detailsText } from '../plan/newPlanParts';
import { parsePlan } from '../plan/parsePlan';
import type { PlanDocument, PlanThread } from '../plan/planDocument';
import { insertBefore } from '../plan/planInsertion';
import { planParts } from '../plan/planParts';
import type { PopulatedThread } from './populationAnswer';
import { gapsOf, type Gap } from './thinThreads';

export type PopulatedPlan = {
  readonly text: string;
  /** Threads that nothing could be written into, as they are in the plan. */
  readonly left: readonly string[];
  /** Threads whose dependencies were left out: with those the plan would have an error, such as a circle. */
  readonly free: readonly string[];
};

/**
 * Writes what agents found out at the end of each thread's details: only what the thread lacks, and nothing else of the text
 * changes by a byte. @throws {PlanEditError} `unreadable`
 */
export function populatePlan(text: string, found: readonly PopulatedThread[]): PopulatedPlan {
  planToChange(text);
  const left: string[] = [];
  const free: string[] = [];
  let edited = text;
  for (const thread of found) {
    const written = writeInto(edited, thread);
    if (written === undefined) {
      left.push(thread.id);
    } else if (thread.dependsOn.length > 0 && errorsOf(written) > errorsOf(edited)) {
      free.push(thread.id);
      edited = writeInto(edited, { ...thread, dependsOn: [] }) ?? edited;
    } else {
      edited = written;
    }
  }
  return { text: edited, left, free };
}

const errorsOf = (text: string) => parsePlan(text).diagnostics.filter(({ severity }) => severity === 'error').length;

/** The plan with that thread populated; undefined when it is not there, or what is open above would swallow it. */
function writeInto(text: string, found: PopulatedThread): string | undefined {
  const part = planParts(text)
    .flatMap(stage => stage.parts.flatMap(batch => batch.parts))
    .find(({ id }) => id === found.id);
  const before = parsePlan(text).plan;
  const thread = before && threadOf(before, found.id);
  if (!part || !thread) return undefined;
  const lines = linesOf(found, thread.details);
  const isLast = part.end >= text.split(/\r\n?|\n/).length;
  const at = isLast ? undefined : part.end + 1;
  return [lines, ['**Details:**', '', ...lines]]
    .map(candidate => insertBefore(text, at, candidate).edited)
    .find(edited => isOnlyMoreDetails(before, edited, thread));
}

function linesOf({ description, files, approach, doneWhen, dependsOn }: PopulatedThread, details: string): readonly string[] {
  const lacks = (gap: Gap) => gapsOf(details).includes(gap);
  const parts = [
    detailsText(description),
    ...(lacks('files') && files.length > 0 ? [`**Files:** ${files.map(quoted).join(', ')}`] : []),
    ...(lacks('approach') ? ['**Approach:**', detailsText(approach)] : []),
    ...(lacks('doneWhen') ? ['**Done when:**', doneWhen.map(criterion => detailsText(`- ${oneLine(criterion)}`)).join('\n')] : []),
    ...(dependsOn.length > 0 && !declaresDependencies(details) ? [`**Depends on:** ${dependsOn.join(', ')}`] : []),
  ];
  return parts.flatMap((part, index) => [...(index === 0 ? [] : ['']), ...part.split('\n')]);
}

const declaresDependencies = (details: string) => /^[\s>*_-]*depends on[*_]*\s*:/im.test(details);

/** `*` and `_` are signs of Markdown elsewhere. */
const quoted = (file: string) => `\`${oneLine(file)}\``;

function isOnlyMoreDetails(before: PlanDocument, edited: string, thread: PlanThread): boolean {
  const after = parsePlan(edited).plan;
  const written = after && threadOf(after, thread.id);
  if (!after || !written || written.details === thread.details || !written.details.startsWith(thread.details)) return false;
  const { name, summary, agent } = written; // all else of a thread is read from its details
  return said(withThread(after, { ...thread, name, summary, agent })) === said(before);
}

function threadOf(plan: PlanDocument, id: string): PlanThread | undefined {
  const found = plan.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads)).filter(thread => thread.id === id);
  return found.length === 1 ? found[0] : undefined;
}

function withThread(plan: PlanDocument, thread: PlanThread): PlanDocument {
  const stages = plan.stages.map(stage => ({
    ...stage,
    batches: stage.batches.map(batch => ({
      ...batch,
      threads: batch.threads.map(other => (other.id === thread.id ? thread : other)),
    })),
  }));
  return { ...plan, stages };
}
