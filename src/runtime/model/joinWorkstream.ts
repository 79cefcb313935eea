import type { StreamRecord } from '../../domain/files/records';
import type { JournalState } from '../../domain/journal/journalState';
import { buildWorkstream } from '../../domain/tree/buildWorkstream';
import type { CoordinationFacts } from '../../domain/reservations/threadCoordination';
import type { Ask, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { HealthFacts } from '../../domain/tree/taskHealth';
import type { WorkstreamFiles } from '../files/readWorkstream';

export type LiveFacts = {
  readonly journal: JournalState;
  /** A process is carrying out batches of this repository now. */
  readonly isDriven: boolean;
  readonly asks: readonly Ask[];
  readonly health: HealthFacts;
  /** None where nobody looked. */
  readonly coordination?: CoordinationFacts;
};

/** What was read of a workstream, as its views show it. */
export function joinWorkstream(record: StreamRecord, read: WorkstreamFiles, live: LiveFacts): WorkstreamSnapshot {
  const { folder, plan, planHash, era, problems } = read;
  return buildWorkstream({
    record,
    folder,
    plan,
    planHash,
    era,
    problems,
    tasks: read.tasks.kind === 'ok' ? read.tasks.value : [],
    threads: read.threads.kind === 'ok' ? read.threads.value : [],
    ...live,
  });
}
