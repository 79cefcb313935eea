import { heldSentence } from '../domain/run/driverHolder';
import type { Ask, BatchNode, RepositorySnapshot, TaskNode, ThreadNode, WorkstreamSnapshot } from '../domain/tree/nodes';

const batchesOf = (stream: WorkstreamSnapshot | undefined): readonly BatchNode[] => stream?.stages.flatMap(({ batches }) => batches) ?? [];

export const threadsOf = (stream: WorkstreamSnapshot | undefined): readonly ThreadNode[] =>
  batchesOf(stream).flatMap(({ threads }) => threads);

export const isRunning = ({ stream }: RepositorySnapshot): boolean => runningBatches(stream).length > 0;

export const runningBatches = (stream: WorkstreamSnapshot | undefined): readonly BatchNode[] =>
  batchesOf(stream).filter(({ running }) => running);

/** Why what is said to running batches changes nothing here: every one that runs is another program's. */
export function heldElsewhere(repositories: readonly RepositorySnapshot[]): string | undefined {
  const running = repositories.filter(isRunning);
  const [first] = running.filter(({ drivenBy }) => drivenBy !== undefined);
  return first && running.every(({ drivenBy }) => drivenBy !== undefined) ? heldSentence(first.drivenBy?.holder) : undefined;
}

export function runningTasks(repositories: readonly RepositorySnapshot[]): readonly TaskNode[] {
  return repositories.flatMap(({ stream }) => threadsOf(stream).flatMap(({ tasks }) => tasks.filter(({ running }) => running)));
}

/** The threads that a blocked task waits for and only a person can set going. */
export function escalatedThreads({ stream }: RepositorySnapshot): readonly ThreadNode[] {
  return threadsOf(stream).filter(({ awaitedBy }) => awaitedBy !== undefined);
}

/** Everything that agents wait for, each once, the oldest first. */
export function asksOf(repositories: readonly RepositorySnapshot[]): readonly Ask[] {
  const asks = repositories.flatMap(({ stream }) =>
    threadsOf(stream).flatMap(thread => [...thread.asks, ...thread.tasks.flatMap(task => task.asks)]),
  );
  return [...new Map(asks.map(ask => [ask.id, ask])).values()].sort((a, b) => a.askedAt - b.askedAt);
}
