import type { TaskRecord, ThreadRecord } from './records';

/**
 * The generations of these files. `primary`: tasks.json has the status, threads.json the sessions. `seed`: the same before
 * threads.json and agents.yaml. `threads`: threads.json has the status. `sane`: a later layout with folders per stage.
 */
export type Era = 'primary' | 'threads' | 'sane' | 'seed';

export type EraEvidence = {
  /** Stage folders with requirements, or a database, in the workstream's folder. */
  readonly newerLayout: boolean;
  readonly tasks: readonly TaskRecord[];
  /** undefined: there is no threads.json. */
  readonly threads: readonly ThreadRecord[] | undefined;
  readonly agents: 'yaml' | 'md' | 'none';
};

export function detectEra({ newerLayout, tasks, threads, agents }: EraEvidence): Era {
  if (newerLayout) return 'sane';
  const keepsStatusInThreads =
    threads?.some(({ status }) => status !== undefined) === true ||
    (tasks.length === 0 && threads?.some(({ threadName }) => threadName !== undefined) === true);
  if (keepsStatusInThreads) return 'threads';
  return threads === undefined && agents === 'md' ? 'seed' : 'primary';
}

/** Why a workstream of that era is shown but not written; undefined when it is written. */
export function readOnlyReason(era: Era): string | undefined {
  switch (era) {
    case 'threads':
      return 'This workstream keeps its status in threads.json, the format of a later version: it is shown, but not changed from here.';
    case 'sane':
      return 'This workstream has the newer layout with a folder per stage: it is shown, but not changed from here.';
    case 'primary':
    case 'seed':
      return undefined;
  }
}

/** Where threads hold the status, each of them is its own only task; its id is the thread's. */
export function threadsAsTasks(threads: readonly ThreadRecord[]): readonly TaskRecord[] {
  return threads.map(thread => ({
    id: thread.threadId,
    name: thread.threadName ?? thread.threadId,
    stage_name: thread.stageName ?? '',
    batch_name: thread.batchName ?? '',
    thread_name: thread.threadName ?? '',
    status: thread.status ?? 'pending',
    created_at: thread.createdAt ?? '',
    updated_at: thread.updatedAt ?? '',
    breadcrumb: thread.breadcrumb,
    report: thread.report,
    assigned_agent: thread.assignedAgent,
  }));
}
