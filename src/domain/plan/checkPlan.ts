import { formatId } from '../ids';
import { promptSlug } from '../files/workPaths';
import { mentionedFiles } from './fileMentions';
import type { Diagnostic, PlanBatch, PlanDocument, PlanStage } from './planDocument';
import { isPlaceholder } from './planHeadings';

/** Everything about a readable plan that a person should look at before it is run: warnings only, in the plan's order. */
export function checkPlan(plan: PlanDocument): readonly Diagnostic[] {
  return [...duplicates('Stage', plan.stages), ...plan.stages.flatMap(stage => [...checkStage(stage)])];
}

function* checkStage(stage: PlanStage): Generator<Diagnostic> {
  const prefix = `Stage ${stage.number}`;
  if (isPlaceholder(stage.name)) yield warning(`${prefix}: Stage name is empty or contains placeholder`, stage.line);
  if (stage.definition === '') yield warning(`${prefix}: Stage Definition is empty`, stage.line);
  if (stage.batches.every(batch => batch.threads.length === 0)) yield warning(`${prefix}: No threads defined`, stage.line);
  for (const question of stage.questions) {
    if (!question.resolved && !isPlaceholder(question.text)) {
      yield warning(`${prefix}: Open question: ${firstLine(question.text)}`, question.line);
    }
  }
  yield* duplicates(`${prefix}, Batch`, stage.batches);
  for (const batch of stage.batches) yield* checkBatch(prefix, batch);
}

function* checkBatch(stagePrefix: string, batch: PlanBatch): Generator<Diagnostic> {
  const prefix = `${stagePrefix}, Batch ${formatId(batch.number)}`;
  yield* duplicates(`${prefix}, Thread`, batch.threads);
  for (const thread of batch.threads) {
    if (isPlaceholder(thread.name)) {
      yield warning(`${prefix}, Thread ${thread.number}: Thread name is empty or contains placeholder`, thread.line);
    }
  }
  yield* sharedFiles(prefix, batch);
  yield* sharedPrompts(prefix, batch);
}

/** Threads of a batch run at the same time: a file that two of them name will meet itself in the merge. */
function* sharedFiles(prefix: string, batch: PlanBatch): Generator<Diagnostic> {
  const threadsByFile = groupBy(batch.threads, thread => mentionedFiles(`${thread.summary}\n${thread.details}`));
  for (const [file, threads] of threadsByFile) {
    const [, second] = threads;
    if (!second) continue;
    const names = threads.map(thread => thread.number).join(', ');
    yield warning(`${prefix}: \`${file}\` is mentioned by threads ${names}, which run in parallel and may conflict`, second.line);
  }
}

/** The name of a thread's prompt file keeps letters and digits only: two names can end up as one file. */
function* sharedPrompts(prefix: string, batch: PlanBatch): Generator<Diagnostic> {
  const threadsBySlug = groupBy(
    batch.threads.filter(thread => !isPlaceholder(thread.name)),
    thread => [promptSlug(thread.name)],
  );
  for (const [slug, threads] of threadsBySlug) {
    const [, second] = threads;
    if (!second) continue;
    const numbers = threads.map(thread => thread.number).join(', ');
    yield warning(
      `${prefix}: threads ${numbers} share the prompt file \`${slug}.md\`; give them names that differ in letters or digits`,
      second.line,
    );
  }
}

function groupBy<T>(entries: readonly T[], keysOf: (entry: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    for (const key of keysOf(entry)) groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

function* duplicates(what: string, entries: readonly { readonly number: number; readonly line: number }[]): Generator<Diagnostic> {
  const first = new Map<number, number>();
  for (const { number, line } of entries) {
    const before = first.get(number);
    if (before === undefined) first.set(number, line);
    else yield warning(`${what} ${number} is already defined on line ${before}; give this one a number of its own`, line);
  }
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';

function warning(message: string, line: number): Diagnostic {
  return { severity: 'warning', message, line, section: 'Stages' };
}
