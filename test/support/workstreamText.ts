import { placed } from './journalEvents';
import { parsePlan } from '../../src/domain/plan/parsePlan';
import { emptyJournalState, foldJournal } from '../../src/domain/journal/reduce';
import type { NewJournalEvent } from '../../src/domain/journal/events';
import type { TaskRecord } from '../../src/domain/files/records';
import type { TaskStatus } from '../../src/domain/taskStatus';
import { buildWorkstream, type WorkstreamInput } from '../../src/domain/tree/buildWorkstream';
import type { WorkstreamSnapshot } from '../../src/domain/tree/nodes';

/** A plan from threads like `01.01.01 Router @agent:web`; stages and batches are called after their ids. */
export function planText(...threads: readonly string[]): string {
  const lines = ['# Plan: Sample', '', '## Summary', '', 'For tests.', '', '## Stages'];
  let stage = '';
  let batch = '';
  for (const thread of threads) {
    const [id = '', ...words] = thread.split(' ');
    const [stageNumber = '', batchNumber = '', threadNumber = ''] = id.split('.');
    if (stageNumber !== stage) {
      lines.push('', `### Stage ${stageNumber}: Stage ${stageNumber}`, '', '#### Definition', '', 'D.', '', '#### Batches');
    }
    if (`${stageNumber}.${batchNumber}` !== batch) lines.push('', `##### Batch ${batchNumber}: Batch ${batchNumber}`);
    stage = stageNumber;
    batch = `${stageNumber}.${batchNumber}`;
    lines.push('', `###### Thread ${threadNumber}: ${words.join(' ')}`, '', `**Summary:** About ${id}.`, '', '**Details:** All of it.');
  }
  return `${lines.join('\n')}\n`;
}

/** Tasks by id; their names and labels are made of the id. */
export function taskRecords(statuses: Readonly<Record<string, TaskStatus>>, more: Partial<TaskRecord> = {}): readonly TaskRecord[] {
  return Object.entries(statuses).map(([id, status]) => ({
    id,
    name: `Task ${id}`,
    stage_name: 'label of a stage',
    batch_name: 'label of a batch',
    thread_name: 'label of a thread',
    status,
    created_at: '2026-01-20T00:00:00.000Z',
    updated_at: '2026-01-20T00:00:00.000Z',
    ...more,
  }));
}

/** The journal that these events add up to. */
export function journalOf(...events: readonly NewJournalEvent[]) {
  return foldJournal(events.map((event, index) => placed(event, index + 1)));
}

export function workstream(input: Partial<WorkstreamInput> = {}): WorkstreamSnapshot {
  return buildWorkstream({
    record: { id: '001-sample', name: 'sample' },
    folder: '/repository/work/001-sample',
    plan: parsePlan(planText('01.01.01 One')),
    planHash: undefined,
    tasks: [],
    threads: [],
    era: 'primary',
    journal: emptyJournalState,
    isDriven: false,
    asks: [],
    health: { judged: new Map(), now: Date.parse('2026-01-20T21:30:00.000Z') },
    problems: [],
    ...input,
  });
}

/** An `agents.yaml` with these agents, on the server's own model. */
export function agentsText(...names: readonly string[]): string {
  const entries = names.map(name => `  - name: ${name}\n    description: d\n    best_for: b\n    models: [lab/scripted]\n`);
  return `agents:\n${entries.join('')}`;
}
