import { integrationBranch } from '../../domain/names';
import type { Clock } from '../../common/clock';
import type { Git } from '../git/git';
import type { MergeQueue } from '../merge/mergeQueue';

export type IntegrationUpdate =
  | { readonly kind: 'updated' | 'current'; readonly branch: string; readonly commit: string }
  | { readonly kind: 'conflict'; readonly branch: string; readonly files: readonly string[] };

export class UpdateError extends Error {
  override readonly name = 'UpdateError';

  constructor(
    readonly reason: 'no-commit' | 'moved',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Brings what is new on the user's branch into the integration branch, as a merge through the queue. On a conflict nothing
 * moves, and the files are named.
 * @throws {UpdateError}
 */
export async function updateIntegration(
  git: Git,
  queue: MergeQueue,
  streamId: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<IntegrationUpdate> {
  const { sha, branch = 'HEAD' } = await git.head();
  if (sha === undefined) throw new UpdateError('no-commit', 'This repository has no commit yet: there is nothing to update from.');
  const state = await queue.ensureIntegrationBranch({ base: sha });
  if (state.kind !== 'diverged') {
    return { kind: state.kind === 'forwarded' || state.kind === 'created' ? 'updated' : 'current', branch, commit: state.tip };
  }
  const outcome = await queue.merge(
    {
      thread: 'update',
      tip: sha,
      message: `Merge ${branch} into ${integrationBranch(streamId)}`,
      trailers: { Workstream: streamId },
      intentDate: clock.now(),
    },
    signal,
  );
  switch (outcome.kind) {
    case 'landed':
      return { kind: 'updated', branch, commit: outcome.commit };
    case 'empty':
      return { kind: 'current', branch, commit: state.tip };
    case 'conflict':
      return { kind: 'conflict', branch, files: outcome.files };
    case 'moved':
      throw new UpdateError(
        'moved',
        `Branch ${integrationBranch(streamId)} was moved by somebody else meanwhile. Look at it, then try again.`,
      );
  }
}
