import { ancestorId, levelOf, normalizeId } from '../ids';
import type { BatchNode, StageNode, ThreadNode, WorkstreamSnapshot } from '../tree/nodes';

/** What one run carries out: a batch, or a stage by the dependencies of its threads, without boundaries between its batches. */
export type RunScope = {
  readonly kind: 'batch' | 'stage';
  readonly id: string;
  readonly name: string;
  readonly stage: StageNode;
  readonly batches: readonly BatchNode[];
};

/** The scope with that id, `01.02` or `01`; undefined when the plan has none. */
export function runScope(stream: Pick<WorkstreamSnapshot, 'stages'>, id: string): RunScope | undefined {
  const normal = normalizeId(id);
  const stage = normal === undefined ? undefined : stream.stages.find(each => each.id === ancestorId(normal, 'stage'));
  if (!stage) return undefined;
  if (stage.id === normal) return { kind: 'stage', id: stage.id, name: stage.name, stage, batches: stage.batches };
  const batch = stage.batches.find(each => each.id === normal);
  return batch && { kind: 'batch', id: batch.id, name: batch.name, stage, batches: [batch] };
}

/** Those that can be run: in the plan, in its order. */
export const scopeThreads = ({ batches }: Pick<RunScope, 'batches'>): readonly ThreadNode[] =>
  batches.flatMap(({ threads }) => threads.filter(({ orphan }) => !orphan));

export const isStageId = (id: string) => levelOf(id) === 'stage';

/** `Batch 01.01` or `Stage 01`: what a run is called by the id of what it carries out. */
export const scopeTitle = (id: string) => `${isStageId(id) ? 'Stage' : 'Batch'} ${id}`;
