import type { StageNode, ThreadNode } from '../tree/nodes';

/** What an agent needs to be told beside what is wanted. */
export const gaps = ['files', 'approach', 'doneWhen'] as const;
export type Gap = (typeof gaps)[number];

/** A thread that has not begun and leaves its agent to guess. */
export type ThinThread = {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  readonly agent: string;
  readonly tasks: readonly string[];
  /** Never empty. */
  readonly gaps: readonly Gap[];
};

const labels: Readonly<Record<Gap, RegExp>> = {
  files: /^[\s>*_-]*files?(?: to (?:change|touch|create|modify))?[*_]*\s*:/im,
  approach: /^[\s>*_-]*(?:approach|how)[*_]*\s*:/im,
  doneWhen: /^[\s>*_-]*(?:done when|acceptance(?: criteria)?|definition of done)[*_]*\s*:/im,
};

/** What a thread's text lacks, by the labels that people write: **Files:**, **Approach:**, **Done when:** and their kin. */
export function gapsOf(details: string): readonly Gap[] {
  return gaps.filter(gap => !labels[gap].test(details));
}

/** The pending threads of the plan that lack something, in its order. */
export function thinThreads(stages: readonly StageNode[]): readonly ThinThread[] {
  return stages
    .flatMap(stage => stage.batches)
    .flatMap(batch => batch.threads)
    .filter(thread => thread.status === 'pending' && !thread.running && !thread.orphan)
    .map(asThin)
    .filter(thread => thread.gaps.length > 0);
}

function asThin({ id, name, summary, details, agent, tasks }: ThreadNode): ThinThread {
  return { id, name, summary, details, agent, tasks: tasks.map(task => task.name), gaps: gapsOf(details) };
}
