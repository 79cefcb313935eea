import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JournalEvent } from '../../src/domain/journal/events';
import { parseJournalLine } from '../../src/domain/journal/journalLine';
import { needsAttention } from '../../src/domain/monitor/health';
import type { AgentState } from '../../src/domain/monitor/judge';
import type { MonitorTuning } from '../../src/runtime/monitor/agentMonitor';
import { streamId, type Project, type RunHarness } from '../support/runHarness';
import type { Random } from '../support/random';
import { scriptOf, type Planted } from './plantedAgents';

/**
 * A silent tool is suspected sooner than with users, that it does not take minutes; everything else is as it is with them. The ladder
 * only ends what would never end.
 */
export const scaledDown: MonitorTuning = {
  pace: { tick: 250, poll: 1000, shown: 500, written: 2000 },
  thresholds: { tool: 70_000 },
  ladder: { stalled: [{ step: 'abort', after: 50_000 }], looping: [{ step: 'abort', after: 0 }] },
};

export type Seen = { readonly state: AgentState; readonly reason: string; readonly at: number };
export type Agent = {
  readonly task: string;
  readonly planted: Planted;
  /** What the monitor said while it happened, in order. */
  readonly seen: Seen[];
};

export type PlantOptions = { readonly settings?: Readonly<Record<string, unknown>>; readonly monitoring?: MonitorTuning };

/** Plants one agent for each thread of a batch of a new repository. */
export async function plant(
  harness: RunHarness,
  batch: string,
  planted: readonly Planted[],
  random: Random,
  { settings = {}, monitoring = scaledDown }: PlantOptions = {},
): Promise<{ readonly project: Project; readonly agents: readonly Agent[] }> {
  const agents = planted.map((each, index) => ({
    task: `${batch}.${String(index + 1).padStart(2, '0')}.01`,
    planted: each,
    seen: [] as Seen[],
  }));
  for (const { task, planted: each } of agents) harness.model.addScript(scriptOf(each, task, random));
  const project = await harness.project({
    threads: agents.map(({ task, planted: { what } }) => `${task.slice(0, 8)} ${what}`),
    tasks: Object.fromEntries(agents.map(({ task }) => [task, 'pending'])),
    settings: { 'work.retry.maximumAttempts': 1, 'work.limits.idle': 0, ...settings },
    runtime: { monitoring },
  });
  const { monitor } = project.repository;
  monitor.onDidChange(attempt => {
    const health = monitor.judged.get(attempt);
    const agent = agents.find(({ task }) => attempt.startsWith(`${task}#`));
    if (health) agent?.seen.push({ state: health.state, reason: health.reason, at: Date.now() });
  });
  return { project, agents };
}

/** The first thing that somebody should look at. */
export const alarmOf = ({ seen }: Agent): Seen | undefined => seen.find(({ state }) => needsAttention(state));

export async function journalOf(project: Project): Promise<readonly JournalEvent[]> {
  const text = await readFile(path.join(project.root, '.git', 'work', streamId, 'journal.jsonl'), 'utf8');
  return text.split('\n').flatMap(line => {
    const parsed = parseJournalLine(line);
    return parsed.kind === 'event' ? [parsed.event] : [];
  });
}
