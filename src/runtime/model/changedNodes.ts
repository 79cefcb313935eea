import { isDeepStrictEqual } from 'node:util';
import { childrenOf } from '../../domain/tree/nodeChildren';
import type { PlanNode, RepositorySnapshot } from '../../domain/tree/nodes';

/** Nodes (as they are now) of which something changed, parents before children; `all` when more than nodes did. */
export type ChangedNodes = readonly PlanNode[] | 'all';

/** undefined when both snapshots say the same. */
export function changedNodes(before: RepositorySnapshot, after: RepositorySnapshot): ChangedNodes | undefined {
  if (isDeepStrictEqual(before, after)) return undefined;
  if (!before.stream || !after.stream || !sameChildren(before.stream.stages, after.stream.stages)) return 'all';
  if (!isDeepStrictEqual(around(before), around(after))) return 'all';
  return compare(before.stream.stages, after.stream.stages);
}

/** What a snapshot says besides the nodes, without what is only their sum. */
function around({ stream, ...repository }: RepositorySnapshot): unknown {
  if (!stream) return repository;
  const { stages: _, counts: __, percent: ___, runningScope: ____, ...rest } = stream;
  return { ...repository, stream: rest };
}

function compare(before: readonly PlanNode[], after: readonly PlanNode[]): readonly PlanNode[] {
  const known = new Map(before.map(node => [node.id, node]));
  return after.flatMap(node => {
    const old = known.get(node.id);
    if (!old) return []; // its parent is there, with other children than before
    const isChanged = !isDeepStrictEqual(withoutChildren(old), withoutChildren(node)) || !sameChildren(childrenOf(old), childrenOf(node));
    return [...(isChanged ? [node] : []), ...compare(childrenOf(old), childrenOf(node))];
  });
}

function withoutChildren(node: PlanNode): unknown {
  const { batches: _, threads: __, tasks: ___, ...own } = { batches: [], threads: [], tasks: [], ...node };
  return own;
}

function sameChildren(before: readonly PlanNode[], after: readonly PlanNode[]): boolean {
  return before.length === after.length && before.every((node, index) => node.id === after[index]?.id);
}
