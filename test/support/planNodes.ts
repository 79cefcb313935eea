import type {
  BatchNode,
  Counts,
  RepositorySnapshot,
  StageNode,
  TaskNode,
  ThreadNode,
  WorkstreamSnapshot,
} from '../../src/domain/tree/nodes';

const noCounts: Counts = { total: 0, completed: 0, cancelled: 0, inProgress: 0, blocked: 0, pending: 0 };

export function taskNode(id: string, change: Partial<TaskNode> = {}): TaskNode {
  return {
    kind: 'task',
    id,
    name: `Task ${id}`,
    status: 'pending',
    report: undefined,
    breadcrumb: undefined,
    agent: 'default',
    running: false,
    health: undefined,
    asks: [],
    attempts: [],
    updatedAt: undefined,
    ...change,
  };
}

export function threadNode(id: string, tasks: readonly TaskNode[] = [], change: Partial<ThreadNode> = {}): ThreadNode {
  return {
    kind: 'thread',
    id,
    name: `Thread ${id}`,
    summary: '',
    details: '',
    agent: 'default',
    status: 'pending',
    counts: { ...noCounts, total: tasks.length, pending: tasks.length },
    running: false,
    asks: [],
    merge: undefined,
    awaitsMerge: false,
    validations: [],
    foreseen: [],
    returns: [],
    resolution: undefined,
    resolved: [],
    reserved: [],
    mail: [],
    reason: undefined,
    dependsOn: undefined,
    files: [],
    promptPath: `001-sample/prompts/${id}.md`,
    line: 1,
    orphan: false,
    tasks,
    ...change,
  };
}

export function batchNode(id: string, threads: readonly ThreadNode[] = [], change: Partial<BatchNode> = {}): BatchNode {
  return {
    kind: 'batch',
    id,
    name: `Batch ${id}`,
    summary: '',
    status: 'pending',
    counts: noCounts,
    running: false,
    line: 1,
    threads,
    ...change,
  };
}

export function stageNode(id: string, batches: readonly BatchNode[] = [], change: Partial<StageNode> = {}): StageNode {
  return {
    kind: 'stage',
    id,
    name: `Stage ${id}`,
    status: 'pending',
    counts: noCounts,
    approval: 'draft',
    atGate: false,
    delivery: undefined,
    review: undefined,
    line: 1,
    batches,
    ...change,
  };
}

/** A repository whose current workstream is `001-sample`. */
export function repository(root: string, stages: readonly StageNode[], change: Partial<WorkstreamSnapshot> = {}): RepositorySnapshot {
  const stream: WorkstreamSnapshot = {
    id: '001-sample',
    name: 'sample',
    folder: `${root}/work/001-sample`,
    title: 'Sample',
    status: 'pending',
    counts: noCounts,
    percent: 0,
    isEnded: false,
    nextBatch: null,
    currentBatch: undefined,
    planModifiedSinceApproval: false,
    approval: 'draft',
    diagnostics: [],
    problems: [],
    readOnly: undefined,
    validation: [],
    stages,
    ...change,
  };
  return {
    root,
    hasWork: true,
    streams: [{ id: stream.id, name: stream.name, status: stream.status, missing: false, current: true }],
    stream,
    problems: [],
  };
}
