import * as vscode from 'vscode';
import type { RepositorySnapshot, WorkstreamSnapshot } from '../domain/tree/nodes';
import { runningBatches } from './planFacts';
import type { ServiceSource } from './planSource';

/** The line above the tree: what is going on, or why nothing can; undefined when there is nothing to say. */
export function viewMessage(repositories: readonly RepositorySnapshot[], services: ServiceSource, trusted: boolean): string | undefined {
  const streams = repositories.flatMap(({ stream }) => stream ?? []);
  if (streams.length === 0) return undefined;
  const hindrance = !trusted
    ? vscode.l10n.t('Restricted Mode: the plan is shown, nothing can be run or changed.')
    : services.opencode === 'missing'
      ? vscode.l10n.t('opencode was not found: install it, or set work.opencode.path.')
      : undefined;
  const said = [...(hindrance === undefined ? [] : [hindrance]), ...streams.flatMap(stream => progress(stream, services.paused) ?? [])];
  return said.length === 0 ? undefined : said.join(' ');
}

function progress(stream: WorkstreamSnapshot, paused: boolean): string | undefined {
  if (stream.readOnly !== undefined) return stream.readOnly;
  const [batch] = runningBatches(stream);
  if (batch) {
    const { completed, cancelled, total } = batch.counts;
    const sentence = vscode.l10n.t('Batch {0}: {1} of {2} tasks done.', batch.id, completed + cancelled, total);
    return paused ? `${sentence} ${vscode.l10n.t('Paused: no further task starts.')}` : sentence;
  }
  if (stream.counts.total > 0 && stream.nextBatch === null) return vscode.l10n.t('All batches are complete!');
  return stream.stages.some(({ atGate }) => atGate) ? vscode.l10n.t('A stage waits for your approval.') : undefined;
}
