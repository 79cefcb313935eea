import type { PlanNode } from './nodes';

export function childrenOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'stage':
      return node.batches;
    case 'batch':
      return node.threads;
    case 'thread':
      return node.tasks;
    case 'task':
      return [];
  }
}

/** The nodes and everything below them, each before its children. */
export function* allNodes(nodes: readonly PlanNode[]): Generator<PlanNode> {
  for (const node of nodes) {
    yield node;
    yield* allNodes(childrenOf(node));
  }
}
