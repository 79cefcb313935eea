import { dependenciesOf } from '../graph/dependencies';
import { plannedThreads, standingNow } from '../graph/readiness';
import { ancestorId } from '../ids';
import { unnamedThread } from '../names';
import type { ThreadNode, WorkstreamSnapshot } from '../tree/nodes';
import { isStageId, scopeThreads, scopeTitle, type RunScope } from './runScope';

export type FindingCode =
  | 'no-batch'
  | 'no-threads'
  | 'unwritten'
  | 'stage-not-approved'
  | 'earlier-batch-unfinished'
  | 'dependency-unmerged'
  | 'plan-errors'
  | 'plan-warnings'
  | 'read-only'
  | 'bad-file'
  | 'all-done'
  | 'unknown-agent'
  | 'unknown-model'
  | 'no-model'
  | 'prompt-missing'
  | 'prompt-collision'
  | 'no-tasks'
  | 'many-threads'
  | 'no-commit'
  | 'no-identity'
  | 'git-too-old'
  | 'ref-in-the-way'
  | 'detached-head'
  | 'workspace-packages'
  | 'diverged'
  | 'integration-checked-out'
  | 'no-server'
  | 'no-plugin'
  | 'busy'
  | 'other-driver'
  | 'superseded'
  | 'journal'
  | 'cannot-go-on'
  | 'untrusted'
  | 'not-allowed'
  | 'orphan-tasks'
  | 'agents-file';

/** One thing a run stumbles over (`problem`: it does not start) or that its user should know (`warning`: it goes on). */
export type Finding = { readonly code: FindingCode; readonly message: string };
export type Findings = { readonly problems: readonly Finding[]; readonly warnings: readonly Finding[] };

export const noFindings: Findings = { problems: [], warnings: [] };

export function joinFindings(...all: readonly Findings[]): Findings {
  return { problems: all.flatMap(({ problems }) => problems), warnings: all.flatMap(({ warnings }) => warnings) };
}

/** Of a batch or a stage. */
export const scopeIdPattern = /^\d{1,2}(?:\.\d{1,2})?$/;

export type CheckOptions = {
  readonly ignoreGate: boolean;
  /** Only these threads or tasks are asked for. */
  readonly only?: readonly string[] | undefined;
};

/** What the files alone say about running a batch or a stage. `ignoreGate` turns the unapproved stage into a warning (*Run Anyway*). */
export function checkScope(stream: WorkstreamSnapshot, scope: RunScope, options: CheckOptions): Findings {
  const problems: Finding[] = [];
  const warnings: Finding[] = [];
  if (stream.readOnly !== undefined) problems.push({ code: 'read-only', message: stream.readOnly });
  for (const problem of stream.problems) {
    (problem.severity === 'error' ? problems : warnings).push({
      code: 'bad-file',
      message: `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}`,
    });
  }
  for (const { severity, line, message } of stream.diagnostics) {
    const text = `PLAN.md:${line}: ${message}`;
    if (severity === 'error') problems.push({ code: 'plan-errors', message: text });
    else warnings.push({ code: 'plan-warnings', message: text });
  }
  const { id } = scope;
  const title = scopeTitle(id);
  if (scopeThreads(scope).length === 0) {
    problems.push({ code: 'no-threads', message: `${title} has no threads. Add a "###### Thread 01: …" below it in PLAN.md.` });
  }
  problems.push(...unwrittenThreads(scope, options.only));
  if (scope.batches.some(batch => batch.threads.some(thread => thread.orphan))) {
    warnings.push({
      code: 'orphan-tasks',
      message: `tasks.json names threads of ${title.toLowerCase()} that PLAN.md does not have; they are not run.`,
    });
  }
  const [batch] = scope.batches;
  if (scope.kind === 'batch' && batch && batch.threads.length > 8) {
    warnings.push({
      code: 'many-threads',
      message: `${title} has ${batch.threads.length} threads; they queue behind work.maxConcurrent.`,
    });
  }
  const gate = closedGate(stream, id);
  if (gate !== undefined) {
    (options.ignoreGate ? warnings : problems).push({
      code: 'stage-not-approved',
      message: `Previous stage (Stage ${gate}) is not approved.`,
    });
  }
  const earlier = earlierUnfinished(stream, id);
  if (earlier !== undefined) {
    warnings.push({ code: 'earlier-batch-unfinished', message: `Batch ${earlier} comes before ${id} and is not finished.` });
  }
  warnings.push(...unmergedDependencies(stream, scope, options.only));
  return { problems, warnings };
}

/** Threads as a new plan has them: an agent would be paid to guess. */
function* unwrittenThreads(scope: RunScope, only: readonly string[] | undefined): Generator<Finding> {
  for (const { id, name, summary, details, tasks, line } of scopeThreads(scope)) {
    const isWritten = tasks.length > 0 || name !== unnamedThread(id) || summary.trim() !== '' || details.trim() !== '';
    if (isWritten || !isWantedThread(id, only)) continue;
    const message = `PLAN.md:${line}: Thread ${id} does not say what is to be done. Write its name, summary or details, or take it out.`;
    yield { code: 'unwritten', message };
  }
}

/** What threads say they depend on, is not merged, and is no part of the run: they do not begin in it, unless they are asked for by name. */
function* unmergedDependencies(stream: WorkstreamSnapshot, scope: RunScope, only: readonly string[] | undefined): Generator<Finding> {
  const dependencies = dependenciesOf(stream.stages);
  const nodes = new Map(plannedThreads(stream.stages).map(thread => [thread.id, thread]));
  const isOpen = (thread: ThreadNode | undefined) => thread !== undefined && !['merged', 'skipped'].includes(standingNow(thread).kind);
  const part = new Set(scopeThreads(scope).flatMap(({ id }) => (isWantedThread(id, only) ? [id] : [])));
  for (const id of part) {
    if (!isOpen(nodes.get(id))) continue;
    const missing = (dependencies.get(id) ?? [])
      .filter(({ thread, isDeclared }) => isDeclared && !part.has(thread) && isOpen(nodes.get(thread)))
      .map(({ thread }) => thread);
    if (missing.length === 0) continue;
    const what = `Thread ${id} depends on ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not merged yet`;
    yield {
      code: 'dependency-unmerged',
      message: only ? `${what}: it begins without that work.` : `${what}: it does not begin in this run.`,
    };
  }
}

/** Whether a list of threads and tasks asks for a thread, or for a task of it. */
export function isWantedThread(thread: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some(id => id === thread || id.startsWith(`${thread}.`));
}

/** The number of the stage before that of a batch or a stage, if it waits for approval. */
export function closedGate(stream: WorkstreamSnapshot, scopeId: string): number | undefined {
  const position = stream.stages.findIndex(stage => stage.id === ancestorId(scopeId, 'stage'));
  const previous = position > 0 ? stream.stages[position - 1] : undefined;
  return previous && previous.approval !== 'approved' ? Number(previous.id) : undefined;
}

function earlierUnfinished(stream: WorkstreamSnapshot, scopeId: string): string | undefined {
  for (const batch of stream.stages.flatMap(stage => stage.batches)) {
    if (isStageId(scopeId) ? ancestorId(batch.id, 'stage') === scopeId : batch.id === scopeId) return undefined;
    const isOpen = batch.status !== 'completed' || batch.threads.some(thread => thread.awaitsMerge);
    if (isOpen && batch.counts.total > 0) return batch.id;
  }
  return undefined;
}
