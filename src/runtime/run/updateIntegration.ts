import { integrationBranch } from '../../domain/names';
import type { MergeOutcome } from '../merge/mergeRequest';
import type { RunContext } from './runContext';
import { validationOf } from './validateCandidate';

export type IntegrationUpdate =
  | { readonly kind: 'updated' | 'current'; readonly branch: string; readonly commit: string }
  | { readonly kind: 'conflict'; readonly branch: string; readonly files: readonly string[] }
  /** The two merged do not pass the project's checks. */
  | { readonly kind: 'rejected'; readonly branch: string; readonly reason: string };

export class UpdateError extends Error {
  override readonly name = 'UpdateError';

  constructor(
    readonly reason: 'no-commit' | 'moved' | 'busy',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Brings what is new on the user's branch into the integration branch, as a merge through the queue, checked like any other. On
 * a conflict or a red candidate nothing moves, and it is said why.
 * @throws {UpdateError}
 */
export async function updateIntegration(context: RunContext, signal: AbortSignal): Promise<IntegrationUpdate> {
  const { git, queue, streamId, clock } = context;
  const { sha, branch = 'HEAD' } = await git.head();
  if (sha === undefined) throw new UpdateError('no-commit', 'This repository has no commit yet: there is nothing to update from.');
  const integration = integrationBranch(streamId);
  const before = (await git.resolve(`refs/heads/${integration}`)) ?? null;
  const note = (after: string) => {
    const reason = `brought up to ${branch}`;
    context.journal.append({ kind: 'integration.updated', branch: integration, before, after, reason });
  };
  const state = await queue.ensureIntegrationBranch({ base: sha });
  if (state.kind !== 'diverged') {
    if (state.tip !== before) note(state.tip);
    return { kind: state.tip === before ? 'current' : 'updated', branch, commit: state.tip };
  }
  const outcome: MergeOutcome<string> = await queue.merge(
    {
      thread: 'update',
      tip: sha,
      message: `Merge ${branch} into ${integration}`,
      trailers: { Workstream: streamId },
      intentDate: clock.now(),
    },
    signal,
    validationOf(context, () => []),
  );
  switch (outcome.kind) {
    case 'landed':
      note(outcome.commit);
      return { kind: 'updated', branch, commit: outcome.commit };
    case 'empty':
      return { kind: 'current', branch, commit: state.tip };
    case 'conflict':
      return { kind: 'conflict', branch, files: outcome.files };
    case 'rejected':
      return { kind: 'rejected', branch, reason: outcome.reason };
    case 'moved':
      throw new UpdateError('moved', `Branch ${integration} was moved by somebody else meanwhile. Look at it, then try again.`);
  }
}
