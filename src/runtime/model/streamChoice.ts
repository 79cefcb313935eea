import type { IndexRecord, StreamRecord } from '../../domain/files/records';
import { ancestorId } from '../../domain/ids';
import { streamStatus } from '../../domain/status/rollUp';
import type { StreamSummary } from '../../domain/tree/nodes';
import type { WorkstreamFiles } from '../files/readWorkstream';

/** `read`: undefined when the workstream's folder could not be read. */
export function summarize({ id, name, status }: StreamRecord, read: WorkstreamFiles | undefined, current: boolean): StreamSummary {
  const tasks = read?.tasks.kind === 'ok' ? read.tasks.value : [];
  const begun = new Set(tasks.map(task => ancestorId(task.id, 'thread')));
  const threads = (read?.plan.plan?.stages ?? []).flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const statuses = tasks.map(task => task.status);
  const waits = threads.some(thread => !begun.has(thread.id));
  return { id, name, status: streamStatus(status, statuses, waits), missing: read?.missing ?? true, current };
}

/** The workstream that is shown: the current one; without one, the only one that is there and not completed. */
export function chooseStream(index: IndexRecord, summaries: readonly StreamSummary[]): StreamRecord | undefined {
  const current = currentStream(index);
  if (current) return current;
  const unfinished = summaries.filter(({ status, missing }) => status !== 'completed' && !missing);
  const [only] = unfinished;
  return unfinished.length === 1 ? index.streams.find(({ id }) => id === only?.id) : undefined;
}

/** The one that `current_stream` names, by id or name. */
export function currentStream({ current_stream: wanted, streams }: IndexRecord): StreamRecord | undefined {
  if (wanted === undefined) return undefined;
  return streams.find(({ id }) => id === wanted) ?? streams.find(({ name }) => name === wanted);
}
