import { parsePlan } from './parsePlan';
import { planLayout } from './planLayout';

/** A part of a plan with the 1-based lines of its text, headings included; `end` is its last line. */
export type PlanPart = {
  readonly kind: 'stage' | 'batch' | 'thread';
  readonly id: string;
  readonly name: string;
  readonly line: number;
  readonly end: number;
  readonly parts: readonly PlanPart[];
};

/** The outline of a plan: stages with their batches with their threads, as an editor folds them. */
export function planParts(text: string): readonly PlanPart[] {
  const last = text.split(/\r\n?|\n/).length;
  const stages = parsePlan(text).plan?.stages ?? [];
  const end = (planLayout(text).stages?.end ?? last + 1) - 1;
  return endedBy(stages, end, (stage, stageEnd) => ({
    ...partOf('stage', stage, stageEnd),
    parts: endedBy(stage.batches, stageEnd, (batch, batchEnd) => ({
      ...partOf('batch', batch, batchEnd),
      parts: endedBy(batch.threads, batchEnd, (thread, threadEnd) => ({ ...partOf('thread', thread, threadEnd), parts: [] })),
    })),
  }));
}

type Named = { readonly id: string; readonly name: string; readonly line: number };

const partOf = (kind: PlanPart['kind'], { id, name, line }: Named, end: number) => ({ kind, id, name, line, end });

/** Each ends where the next begins, the last where all of them do. */
function endedBy<T extends Named>(entries: readonly T[], end: number, make: (entry: T, end: number) => PlanPart): readonly PlanPart[] {
  return entries.map((entry, index) => make(entry, (entries[index + 1]?.line ?? end + 1) - 1));
}
