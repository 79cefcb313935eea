import { terminalName } from '../../domain/names';
import type { GroupStatus, RepositorySnapshot, ThreadNode } from '../../domain/tree/nodes';
import { runningBatches, threadsOf } from '../planFacts';
import type { ThreadRef } from './transcript';

const glyphs: Readonly<Record<GroupStatus, string>> = { pending: '○', in_progress: '◌', completed: '✓', blocked: '✗' };

/** A terminal's name: only some ten characters of it are seen in the list of terminals, so the state comes first, then what tells threads apart. */
export function threadTerminalName({ id, name, status, running, asks, tasks }: ThreadNode): string {
  const asking = asks.length > 0 || tasks.some(task => task.asks.length > 0);
  return `${asking ? '?' : running ? '◐' : glyphs[status]} ${terminalName(id, name)}`;
}

export const threadKey = ({ root, stream, thread }: ThreadRef) => `${root}|${stream}|${thread}`;

export function findThread(repositories: readonly RepositorySnapshot[], ref: ThreadRef): ThreadNode | undefined {
  const stream = repositories.find(({ root }) => root === ref.root)?.stream;
  return stream?.id === ref.stream ? threadsOf(stream).find(({ id }) => id === ref.thread) : undefined;
}

/** The session of the attempt that runs, as soon as it has one. */
export function runningSession({ tasks }: ThreadNode): string | undefined {
  const attempts = tasks.flatMap(task => task.attempts).filter(({ finishedAt }) => finishedAt === undefined);
  return attempts.findLast(({ session }) => session !== undefined)?.session;
}

/**
 * The threads that next and previous go through, in plan order: those of running batches, else those that ever started,
 * else all.
 */
export function threadsToVisit(repositories: readonly RepositorySnapshot[]): readonly ThreadRef[] {
  const choices = [
    (snapshot: RepositorySnapshot) => runningBatches(snapshot.stream).flatMap(({ threads }) => threads),
    (snapshot: RepositorySnapshot) => threadsOf(snapshot.stream).filter(({ status }) => status !== 'pending'),
    (snapshot: RepositorySnapshot) => threadsOf(snapshot.stream),
  ];
  for (const choose of choices) {
    const refs = repositories.flatMap(snapshot =>
      choose(snapshot).map(({ id }): ThreadRef => ({ root: snapshot.root, stream: snapshot.stream?.id ?? '', thread: id })),
    );
    if (refs.length > 0) return refs;
  }
  return [];
}

/** The entry before or after the current one, round and round; the first or last when there is no current one. */
export function neighbour(refs: readonly ThreadRef[], current: ThreadRef | undefined, step: 1 | -1): ThreadRef | undefined {
  const index = current === undefined ? -1 : refs.findIndex(ref => threadKey(ref) === threadKey(current));
  return index < 0 ? refs.at(step === 1 ? 0 : -1) : refs[(index + step + refs.length) % refs.length];
}
