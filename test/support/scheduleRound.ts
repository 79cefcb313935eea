import type { TaskStatus } from '../../src/domain/taskStatus';
import type { ModelRequest } from './modelRequest';
import { reporting, streamId, type Project, type RunHarness } from './runHarness';
import { plantedNeeds, schedulePlanText, type PlantedThread, type SchedulePlan } from './schedulePlan';

export type ScheduleReport = {
  readonly faults: readonly string[];
  readonly merged: number;
  readonly blocked: number;
  readonly unreachable: number;
  /** Dependencies whose merge was looked for in the commit that an agent began at. */
  readonly proved: number;
  /** Pairs of threads that share a file and both ran. */
  readonly pairs: number;
  /** The most threads whose agents were asking at the same time. */
  readonly mostAtOnce: number;
};

/** Carries out a planted stage with the real server, and holds what its agents, git and the model saw against the graph. */
export async function playSchedulePlan(harness: RunHarness, plan: SchedulePlan): Promise<ScheduleReport> {
  const { model } = harness;
  const { threads, limit } = plan;
  model.replaceScripts(threads.map(thread => ({ label: `${thread.id}.01`, directives: directivesOf(thread, limit) })));
  const firstRequest = model.requests.length;
  const project = await harness.project({
    plan: schedulePlanText(plan),
    tasks: Object.fromEntries(threads.map(({ id }): [string, TaskStatus] => [`${id}.01`, 'pending'])),
    settings: { 'work.maxConcurrent': limit },
  });
  const report = await project.run('01');
  if (report.kind !== 'finished') {
    return { faults: [JSON.stringify(report)], merged: 0, blocked: 0, unreachable: 0, proved: 0, pairs: 0, mostAtOnce: 0 };
  }
  const faults: string[] = [];
  const { result } = report;
  const expected = expectedEnds(plan);
  const same = (what: string, got: readonly string[], wanted: readonly string[]) => {
    const [a, b] = [[...got].sort().join(', '), [...wanted].sort().join(', ')];
    if (a !== b) faults.push(`${what}: ${a || 'none'} instead of ${b || 'none'}`);
  };
  same('merged', result.merged, expected.merged);
  same('blocked', result.blocked, expected.blocked);
  same('unreachable', result.unreachable, expected.unreachable);
  const requests = model.requests.slice(firstRequest);
  const spans = spansOf(requests.flatMap(({ label }) => label ?? []));
  same('asked the model', [...spans.keys()], [...expected.merged, ...expected.blocked]);
  same('said where they began', [...basesOf(requests).keys()], [...spans.keys()]);
  const pairs = togetherFaults(threads, spans, faults);
  const mostAtOnce = mostOpen(spans);
  if (mostAtOnce > limit) faults.push(`${mostAtOnce} threads at once, the limit is ${limit}`);
  const proved = await proveBases(project, plan, basesOf(requests), faults);
  await checkSharedFiles(
    project,
    threads.filter(({ id }) => expected.merged.includes(id)),
    faults,
  );
  return {
    faults,
    merged: result.merged.length,
    blocked: result.blocked.length,
    unreachable: result.unreachable.length,
    proved,
    pairs,
    mostAtOnce,
  };
}

/** It says where it began, changes its files, and reports. */
function directivesOf({ id, shares, meets, isBlocked }: PlantedThread, limit: number): string {
  const task = `${id}.01`;
  return [
    ...(meets ? [`[[barrier ${limit}]]`] : []),
    `[[bash mkdir -p out shared && git rev-parse HEAD | tee out/${id}.base]]`,
    ...shares.map(file => `[[bash echo ${id} >> ${file}]]`),
    reporting(task, `Did ${task}.`, isBlocked ? 'blocked' : 'completed'),
    '[[say Done.]]',
  ].join('\n');
}

function expectedEnds(plan: SchedulePlan): Record<'merged' | 'blocked' | 'unreachable', readonly string[]> {
  const needs = plantedNeeds(plan);
  const { threads } = plan;
  const bad = new Set(threads.flatMap(({ id, isBlocked }) => (isBlocked ? id : [])));
  const lost = new Set<string>();
  for (let before = -1; before !== lost.size;) {
    before = lost.size;
    for (const [id, waits] of needs) if (waits.some(other => lost.has(other) || (bad.has(other) && !lost.has(other)))) lost.add(id);
  }
  const of = (isMeant: (id: string) => boolean) => threads.flatMap(({ id }) => (isMeant(id) ? id : []));
  return {
    unreachable: of(id => lost.has(id)),
    blocked: of(id => bad.has(id) && !lost.has(id)),
    merged: of(id => !bad.has(id) && !lost.has(id)),
  };
}

/** Where each thread's worktree was when its agent began, as the model was told. */
export function basesOf(requests: readonly ModelRequest[]): ReadonlyMap<string, string> {
  return new Map(
    requests.flatMap(({ label, messages }) => {
      const base = messages.flatMap(({ role, text }) => (role === 'tool' ? (/\b[0-9a-f]{40}\b/.exec(text)?.[0] ?? []) : []))[0];
      return label === undefined || base === undefined ? [] : [[label.slice(0, 8), base] as const];
    }),
  );
}

type Spans = ReadonlyMap<string, { readonly from: number; readonly to: number }>;

/** From the first to the last request of each thread, counted in requests. */
function spansOf(labels: readonly string[]): Spans {
  const spans = new Map<string, { from: number; to: number }>();
  for (const [index, label] of labels.entries()) {
    const thread = label.slice(0, 8);
    const span = spans.get(thread) ?? { from: index, to: index };
    spans.set(thread, { ...span, to: index });
  }
  return spans;
}

function mostOpen(spans: Spans): number {
  const all = [...spans.values()];
  return Math.max(0, ...all.map(({ from }) => all.filter(span => span.from <= from && from <= span.to).length));
}

function togetherFaults(threads: readonly PlantedThread[], spans: Spans, faults: string[]): number {
  let pairs = 0;
  for (const left of threads) {
    for (const right of threads) {
      const [one, other] = [spans.get(left.id), spans.get(right.id)];
      if (left.id >= right.id || !one || !other || !left.shares.some(file => right.shares.includes(file))) continue;
      pairs++;
      if (one.from <= other.to && other.from <= one.to) faults.push(`${left.id} and ${right.id} share a file and were at work together`);
    }
  }
  return pairs;
}

/** Each dependency's merge must be behind the commit that the agent found itself at. Gives how many were looked at, and adds what is wrong. */
export async function proveBases(
  project: Project,
  plan: Pick<SchedulePlan, 'threads'>,
  bases: ReadonlyMap<string, string>,
  faults: string[],
): Promise<number> {
  const branch = `refs/heads/work/${streamId}`;
  const merges = new Map(
    (await project.git('log', '--format=%H %s', branch)).split('\n').flatMap(line => {
      const [, commit, thread] = /^(\w+) Merge thread ([\d.]+):/.exec(line) ?? [];
      return commit === undefined || thread === undefined ? [] : [[thread, commit] as const];
    }),
  );
  let proved = 0;
  for (const [thread, needs] of plantedNeeds(plan)) {
    const base = bases.get(thread);
    if (base === undefined) continue; // it did not begin
    for (const need of needs) {
      const merge = merges.get(need);
      if (merge === undefined) faults.push(`${thread} began, ${need} was never merged`);
      else if (!(await isAncestor(project, merge, base))) faults.push(`${thread} began at ${base}, without ${need} (${merge})`);
      proved++;
    }
  }
  return proved;
}

const isAncestor = (project: Project, ancestor: string, commit: string) =>
  project.git('merge-base', '--is-ancestor', ancestor, commit).then(
    () => true,
    () => false,
  );

async function checkSharedFiles(project: Project, merged: readonly PlantedThread[], faults: string[]): Promise<void> {
  for (const file of new Set(merged.flatMap(({ shares }) => shares))) {
    const lines = (await project.git('show', `refs/heads/work/${streamId}:${file}`)).trim().split('\n').sort();
    const wanted = merged.flatMap(({ id, shares }) => (shares.includes(file) ? id : [])).sort();
    if (lines.join() !== wanted.join()) faults.push(`${file} has ${lines.join()} instead of ${wanted.join()}`);
  }
}
