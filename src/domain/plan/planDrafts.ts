import type { PlanBatch, PlanQuestion, PlanStage, PlanThread } from './planDocument';
import type { PlanPath, PlanReference } from './threadDeclarations';

/** The levels of a plan while they are read: paragraphs are still apart, and the last entry of each list is open. */
export type ThreadDraft = Omit<PlanThread, 'summary' | 'details' | 'dependsOn' | 'files'> & {
  readonly summary: string[];
  readonly details: string[];
  dependsOn: PlanReference[] | undefined;
  readonly files: PlanPath[];
};
export type BatchDraft = Omit<PlanBatch, 'summary' | 'threads'> & { readonly summary: string[]; readonly threads: ThreadDraft[] };
export type StageDraft = Pick<PlanStage, 'id' | 'number' | 'name' | 'line'> & {
  readonly definition: string[];
  readonly constitution: string[];
  readonly questions: PlanQuestion[];
  readonly batches: BatchDraft[];
};

const joined = (texts: readonly string[]) => texts.join('\n').trim();

export function finishStage({ definition, constitution, batches, ...stage }: StageDraft): PlanStage {
  return { ...stage, definition: joined(definition), constitution: joined(constitution), batches: batches.map(finishBatch) };
}

function finishBatch({ summary, threads, ...batch }: BatchDraft): PlanBatch {
  return { ...batch, summary: joined(summary), threads: threads.map(finishThread) };
}

function finishThread({ summary, details, ...thread }: ThreadDraft): PlanThread {
  return { ...thread, summary: joined(summary), details: joined(details) };
}
