import type { BatchNode, WorkstreamSnapshot } from '../tree/nodes';

export type FindingCode =
  | 'no-batch'
  | 'no-threads'
  | 'stage-not-approved'
  | 'earlier-batch-unfinished'
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

export const batchIdPattern = /^\d{1,2}\.\d{1,2}$/;

/** What the files alone say about running a batch. `ignoreGate` turns the unapproved stage into a warning (*Run Anyway*). */
export function checkBatch(stream: WorkstreamSnapshot, batch: BatchNode, options: { readonly ignoreGate: boolean }): Findings {
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
  const runnable = batch.threads.filter(thread => !thread.orphan);
  if (runnable.length === 0) {
    problems.push({ code: 'no-threads', message: `Batch ${batch.id} has no threads. Add a "###### Thread 01: …" below it in PLAN.md.` });
  }
  if (batch.threads.some(thread => thread.orphan)) {
    warnings.push({
      code: 'orphan-tasks',
      message: `tasks.json names threads of batch ${batch.id} that PLAN.md does not have; they are not run.`,
    });
  }
  if (batch.threads.length > 8) {
    warnings.push({
      code: 'many-threads',
      message: `Batch ${batch.id} has ${batch.threads.length} threads; they queue behind work.maxConcurrent.`,
    });
  }
  const gate = closedGate(stream, batch.id);
  if (gate !== undefined) {
    (options.ignoreGate ? warnings : problems).push({
      code: 'stage-not-approved',
      message: `Previous stage (Stage ${gate}) is not approved.`,
    });
  }
  const earlier = earlierUnfinished(stream, batch.id);
  if (earlier !== undefined) {
    warnings.push({ code: 'earlier-batch-unfinished', message: `Batch ${earlier} comes before ${batch.id} and is not finished.` });
  }
  return { problems, warnings };
}

/** The number of the stage before the batch's, if it waits for approval. */
export function closedGate(stream: WorkstreamSnapshot, batchId: string): number | undefined {
  const position = stream.stages.findIndex(stage => stage.batches.some(batch => batch.id === batchId));
  const previous = position > 0 ? stream.stages[position - 1] : undefined;
  return previous && previous.approval !== 'approved' ? Number(previous.id) : undefined;
}

function earlierUnfinished(stream: WorkstreamSnapshot, batchId: string): string | undefined {
  for (const batch of stream.stages.flatMap(stage => stage.batches)) {
    if (batch.id === batchId) return undefined;
    if (batch.status !== 'completed' && batch.counts.total > 0) return batch.id;
  }
  return undefined;
}
