import { untranslated } from '../../common/translate';
import { normalizeId } from '../../domain/ids';
import { allBatchesComplete, endLines, findingLines, nothingPlanned, progressLine, type RunEnd } from '../../domain/run/progress';
import { scopeTitle } from '../../domain/run/runScope';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { Runs } from '../../runtime/run/runs';

/** What a task runs: a batch by its id, or the next one that is not done. */
export type BatchWish = { readonly batch: string; readonly workstream?: string | undefined };
export const nextBatch = 'continue';

/** What a task needs of its repository. */
export type BatchTaskRepository = {
  readonly runs: Pick<Runs, 'runBatch' | 'runningBatches' | 'stop' | 'news'>;
  snapshot(workstream?: string): Promise<WorkstreamSnapshot>;
};

/** The same as those of the command line. */
const exitCodes = { done: 0, failed: 1, interrupted: 130 } as const;

/**
 * Carries out a batch, prints its progress a line at a time, and gives its exit code: 0 done, 1 refused or blocked, 130 stopped.
 * A batch that is running already is not started again: it is followed to its end, and stopped by the signal all the same.
 */
export async function runBatchTask(
  { batch: wanted, workstream }: BatchWish,
  repository: BatchTaskRepository,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const { runs } = repository;
  const stream = await repository.snapshot(workstream);
  const batch = wanted === nextBatch ? stream.nextBatch : (normalizeId(wanted) ?? wanted);
  if (batch === null) {
    const empty = nothingPlanned(stream, untranslated);
    print(empty ?? allBatchesComplete);
    return empty === undefined ? exitCodes.done : exitCodes.failed;
  }
  let last: RunEnd | undefined;
  const subscription = runs.news.onDidTell(told => {
    if (told.stream !== stream.id) return;
    if ('event' in told && told.event.kind === 'run.finished') last = told.event;
    const line = 'event' in told ? progressLine(told.event) : told.notice;
    if (line !== undefined) print(line);
  });
  const isRunning = () => normalizeId(runs.runningBatches.get(stream.id) ?? '') === batch;
  try {
    const report = isRunning() ? undefined : await runs.runBatch({ stream: stream.id, batch }, signal);
    if (report?.kind === 'refused' && !isRunning()) {
      findingLines(report.findings).forEach(print);
      return signal.aborted ? exitCodes.interrupted : exitCodes.failed;
    }
    if (report?.kind !== 'finished') {
      print(`${scopeTitle(batch)} is running already; this task follows it.`);
      await followToEnd(isRunning, runs, batch, signal);
    }
    const end = report?.kind === 'finished' ? report.result : last;
    if (end) endLines(stream.id, end).forEach(print);
    if (signal.aborted) return exitCodes.interrupted;
    return end?.outcome === 'completed' ? exitCodes.done : exitCodes.failed;
  } finally {
    subscription.dispose();
  }
}

async function followToEnd(isRunning: () => boolean, runs: BatchTaskRepository['runs'], batch: string, signal: AbortSignal): Promise<void> {
  const stop = () => runs.stop(batch);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await new Promise<void>(resolve => {
      const subscription = runs.news.onDidChange(() => {
        if (isRunning()) return;
        subscription.dispose();
        resolve();
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
