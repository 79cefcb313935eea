import type { ConflictedFile, ConflictSide } from '../../../domain/merge/conflictKind';
import type { ThreadNode, WorkstreamSnapshot } from '../../../domain/tree/nodes';
import { markResolved, takeSide, unmergedFiles } from '../../git/conflictedMerge';
import type { Git } from '../../git/git';
import { isThere } from '../../git/removalDemands';
import type { RunContext } from '../runContext';
import type { Runs } from '../runs';
import { abandonResolution } from './closeResolution';
import { continueResolution, type ContinuedResolution } from './continueResolution';
import { resolveThread, type OpenedResolution } from './openResolution';
import { ResolutionError } from './resolutionError';

/** Conflicts of one repository that a person resolves by hand. */
export class Resolutions {
  constructor(
    private readonly runs: Runs,
    private readonly git: Git,
    private readonly snapshot: (stream: string) => Promise<WorkstreamSnapshot>,
  ) {}

  /**
   * The worktree with the thread's conflicted merge: the one that is open, or a new one.
   * @throws {ResolutionError}, {DriverError}, {GitError}; {UpdateError} while a batch of the workstream runs
   */
  async open(stream: string, thread: string, signal: AbortSignal): Promise<OpenedResolution> {
    const open = await this.find(stream, thread);
    if (open && (await isThere(open.worktree))) return open;
    return this.forThread(stream, thread, signal, context => resolveThread(context, thread));
  }

  /** The one that is open and there, without making any. */
  async find(stream: string, thread: string): Promise<OpenedResolution | undefined> {
    const worktree = await this.worktreeOf(stream, thread);
    if (worktree === undefined || !(await isThere(worktree))) return undefined;
    return { thread, worktree, files: await unmergedFiles(this.git, worktree) };
  }

  /** Takes what was resolved, when all of it is. @throws as `open` does */
  continue(stream: string, thread: string, signal: AbortSignal): Promise<ContinuedResolution> {
    return this.forThread(stream, thread, signal, continueResolution);
  }

  /** Removes the worktree; gives the snapshot of what was in it, if there was anything to keep. @throws as `open` does */
  abandon(stream: string, thread: string, signal: AbortSignal): Promise<string | undefined> {
    return this.forThread(stream, thread, signal, context => abandonResolution(context, thread));
  }

  /** Takes a file as the integration branch (`ours`) or the thread (`theirs`) has it. Gives what is left. */
  async take(stream: string, thread: string, file: string, side: ConflictSide): Promise<readonly ConflictedFile[]> {
    const worktree = await this.demand(stream, thread);
    await takeSide(this.git, worktree, file, side);
    return unmergedFiles(this.git, worktree);
  }

  /** Marks a file as resolved, as it is on the disk. Gives what is left. */
  async mark(stream: string, thread: string, file: string): Promise<readonly ConflictedFile[]> {
    const worktree = await this.demand(stream, thread);
    await markResolved(this.git, worktree, file);
    return unmergedFiles(this.git, worktree);
  }

  /** As the driver, with the thread as it is then, while no batch of its workstream runs. */
  private forThread<T>(
    streamId: string,
    threadId: string,
    signal: AbortSignal,
    work: (context: RunContext, thread: ThreadNode, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.runs.betweenRuns(streamId, ({ context, stream, lost }) => {
      const thread = findThread(stream, threadId);
      if (!thread) throw new ResolutionError('no-conflict', `Thread "${threadId}" not found in workstream "${stream.id}"`);
      return work(context, thread, AbortSignal.any([signal, lost]));
    });
  }

  private async demand(stream: string, thread: string): Promise<string> {
    const worktree = await this.worktreeOf(stream, thread);
    if (worktree !== undefined && (await isThere(worktree))) return worktree;
    throw new ResolutionError('not-open', `No conflict of thread ${thread} is being resolved by hand.`);
  }

  private async worktreeOf(stream: string, thread: string): Promise<string | undefined> {
    return findThread(await this.snapshot(stream), thread)?.resolution?.worktree;
  }
}

function findThread({ stages }: WorkstreamSnapshot, id: string): ThreadNode | undefined {
  const threads = stages.flatMap(stage => stage.batches).flatMap(batch => batch.threads);
  return threads.find(thread => thread.id === id);
}
