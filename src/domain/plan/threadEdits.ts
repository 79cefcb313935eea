import { oneLine } from '../../common/text';
import { dependenciesOf } from '../graph/dependencies';
import { graphStages } from '../graph/checkDependencies';
import { ancestorId, compareIds, parseId } from '../ids';
import { planToChange, said, type PlanEdit } from './appendToPlan';
import type { PlanDocument, PlanThread } from './planDocument';
import { PlanEditError } from './planEditError';
import { insertBefore } from './planInsertion';
import { planLayout } from './planLayout';
import { planParts } from './planParts';

/**
 * Adds a paragraph `**<label>:** <note>` at the end of a thread of `PLAN.md`, as a part of its details; all of the old text stays as
 * it is, byte for byte. `id` of the edit is the thread's. @throws {PlanEditError}
 */
export function addThreadNote(text: string, threadId: string, label: string, note: string): PlanEdit {
  const words = oneLine(note);
  const line = `**${label}:** ${words}`;
  const holds = (before: PlanThread, after: PlanThread) =>
    after.details.startsWith(before.details) && after.details.slice(before.details.length).includes(words);
  return addLines(text, threadId, [[line], ['**Details:**', '', line]], holds);
}

/**
 * Lets a thread wait for one more. What it waited for so far it waits for still: where it declares nothing, that is the batch before
 * its own. @throws {PlanEditError} `no-such-place`, also when the other one would wait for it in turn.
 */
export function addDependency(text: string, threadId: string, on: string): PlanEdit {
  const plan = planToChange(text);
  const thread = findThread(plan, threadId);
  if (threadId === on || waitsFor(plan, on, threadId)) {
    throw new PlanEditError('no-such-place', `Thread ${threadId} cannot depend on ${on}, which waits for it.`);
  }
  if (thread.dependsOn?.some(({ id }) => id === on) === true) return { text, id: threadId };
  const wanted = [...(thread.dependsOn?.flatMap(({ id }) => id ?? []) ?? implicitOf(plan, threadId)), on];
  const added = thread.dependsOn === undefined ? wanted : [on];
  const holds = (before: PlanThread, after: PlanThread) =>
    after.dependsOn?.flatMap(({ id }) => id ?? []).join() === wanted.join() && after.summary === before.summary;
  return addLines(text, threadId, [[`**Depends on:** ${added.join(', ')}`]], holds);
}

/** What a thread waits for, as its plan has to say it for another thread to wait for the same: ids of threads or batches, or `none`. */
export function dependencyWords(text: string, threadId: string): string {
  const plan = planToChange(text);
  const { dependsOn } = findThread(plan, threadId);
  const ids = dependsOn?.flatMap(({ id }) => id ?? []) ?? implicitOf(plan, threadId);
  return ids.length === 0 ? 'none' : ids.join(', ');
}

/** The batch before its own, which says the same with fewer words than its threads. */
function implicitOf(plan: PlanDocument, threadId: string): readonly string[] {
  const waits = dependenciesOf(graphStages(plan)).get(threadId) ?? [];
  return [...new Set(waits.map(({ thread }) => ancestorId(thread, 'batch')))].sort(compareIds);
}

function waitsFor(plan: PlanDocument, threadId: string, other: string): boolean {
  const dependencies = dependenciesOf(graphStages(plan));
  const seen = new Set<string>();
  const open = [threadId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === other) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(dependencies.get(id) ?? []).map(({ thread }) => thread));
  }
  return false;
}

/** The first of the `choices` that the plan's reader takes for what was meant, and that leaves all the rest of the plan as it was. */
function addLines(
  text: string,
  threadId: string,
  choices: readonly (readonly string[])[],
  holds: (before: PlanThread, after: PlanThread) => boolean,
): PlanEdit {
  const plan = planToChange(text);
  const before = findThread(plan, threadId);
  for (const lines of choices) {
    const { edited } = insertBefore(text, endOf(text, threadId), lines);
    const after = planOf(edited);
    const changed = after && threadsOf(after).find(({ id }) => id === threadId);
    if (after && changed && holds(before, changed) && rest(after, threadId) === rest(plan, threadId)) return { text: edited, id: threadId };
  }
  throw new PlanEditError(
    'unreadable',
    `Failed to parse PLAN.md: what stands in thread ${threadId} would swallow anything that is added to it. Close the code block, comment or HTML that is open.`,
    before.line,
  );
}

function planOf(text: string): PlanDocument | undefined {
  try {
    return planToChange(text);
  } catch (error) {
    if (error instanceof PlanEditError) return undefined;
    throw error;
  }
}

/** The 1-based line before which something stands at the end of the thread; undefined for the end of the text. */
function endOf(text: string, threadId: string): number | undefined {
  const part = planParts(text)
    .flatMap(stage => stage.parts.flatMap(batch => batch.parts))
    .find(({ id }) => id === threadId);
  const [stageNumber, batchNumber] = parseId(threadId) ?? [];
  const stage = planLayout(text).stages?.entries.find(({ number }) => number === stageNumber);
  const batch = stage?.batches.find(({ number }) => number === batchNumber);
  const last = text.split(/\r\n?|\n/).length;
  const end = Math.min((part?.end ?? last) + 1, batch?.end ?? last + 1);
  return end > last ? undefined : end;
}

function findThread(plan: PlanDocument, threadId: string): PlanThread {
  const found = threadsOf(plan).find(({ id }) => id === threadId);
  if (found) return found;
  throw new PlanEditError('no-such-place', `Thread ${threadId} is not in the plan.`);
}

const threadsOf = (plan: PlanDocument) => plan.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));

/** All that the plan says but what belongs to one thread. */
function rest(plan: PlanDocument, threadId: string): string {
  const plain = (thread: PlanThread): PlanThread =>
    thread.id === threadId ? { ...thread, details: '', dependsOn: undefined, files: [] } : thread;
  const stages = plan.stages.map(stage => ({
    ...stage,
    batches: stage.batches.map(batch => ({ ...batch, threads: batch.threads.map(plain) })),
  }));
  return said({ ...plan, stages });
}
