import { isClosed, type Issue } from './issue';
import { byUrgency, IssueGraph } from './ready';
import type { RobotPlan, Track } from './robotPlan';

/**
 * Parallel tracks, as `bv --robot-plan` makes them: issues that are connected by what they wait for are one track, whatever is closed
 * in between; on it stand those that nothing open blocks, most urgent first. Tracks of different letters can be worked on at once.
 */
export function tracks(issues: readonly Issue[]): RobotPlan {
  const graph = new IssueGraph(issues);
  const open = issues.filter(issue => !isClosed(issue));
  const actionable = new Set(open.filter(issue => graph.openBlockersOf(issue).length === 0));
  const unblocks = unblockedBy(open, graph);
  const components = connected(issues, graph);
  const found = components
    .map(members => members.filter(issue => actionable.has(issue)).sort(byUrgency))
    .filter(members => members.length > 0)
    .map((members, index): Track => ({
      track_id: trackId(index),
      reason: reasonFor(members.length, components.length),
      items: members.map(({ id, title, priority, status }) => ({ id, title, priority, status, unblocks: [...(unblocks.get(id) ?? [])] })),
    }));
  return {
    tracks: found,
    total_actionable: actionable.size,
    total_blocked: open.length - actionable.size,
    summary: summaryOf(found),
  };
}

function reasonFor(items: number, components: number): string {
  if (items === 1) return 'Single actionable item';
  return components === 1 ? 'All issues in connected graph' : 'Independent work stream';
}

/** `track-A` … `track-Z`, `track-AA` …; `index` from 0. */
export function trackId(index: number): string {
  let letters = '';
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1) letters = String.fromCharCode(65 + (rest % 26)) + letters;
  return `track-${letters}`;
}

/** What could be begun once the one issue is closed, for each that something open waits for. */
function unblockedBy(open: readonly Issue[], graph: IssueGraph): ReadonlyMap<string, readonly string[]> {
  const unblocked = new Map<string, string[]>();
  for (const issue of open) {
    const [blocker, ...others] = graph.openBlockersOf(issue);
    if (!blocker || others.length > 0) continue;
    const ids = unblocked.get(blocker.id);
    if (ids) ids.push(issue.id);
    else unblocked.set(blocker.id, [issue.id]);
  }
  for (const ids of unblocked.values()) ids.sort();
  return unblocked;
}

/** The issues in groups that no blocking link leaves, ordered by the smallest id of each. */
function connected(issues: readonly Issue[], graph: IssueGraph): readonly (readonly Issue[])[] {
  const roots = new Map(issues.map(issue => [issue, issue]));
  const rootOf = (issue: Issue): Issue => {
    let root = issue;
    for (let next = roots.get(root); next && next !== root; next = roots.get(root)) root = next;
    for (let at = issue; at !== root;) {
      const next = roots.get(at) ?? root;
      roots.set(at, root); // every step of the way is short from now on
      at = next;
    }
    return root;
  };
  for (const issue of issues) {
    for (const blocker of graph.blockersOf(issue)) {
      const [left, right] = [rootOf(issue), rootOf(blocker)];
      if (left.id < right.id) roots.set(right, left);
      else roots.set(left, right);
    }
  }
  const groups = new Map<Issue, Issue[]>();
  for (const issue of issues) {
    const root = rootOf(issue);
    const group = groups.get(root);
    if (group) group.push(issue);
    else groups.set(root, [issue]);
  }
  return [...groups].sort(([left], [right]) => (left.id < right.id ? -1 : 1)).map(([, members]) => members);
}

function summaryOf(found: readonly Track[]): RobotPlan['summary'] {
  const items = found.flatMap(({ items }) => items);
  const [best] = items.sort((left, right) => right.unblocks.length - left.unblocks.length || byUrgency(left, right));
  if (!best) return { highest_impact: '', impact_reason: '', unblocks_count: 0 };
  const number = best.unblocks.length;
  const reason = number === 0 ? 'No downstream dependencies' : number === 1 ? 'Unblocks 1 task' : 'Unblocks multiple tasks';
  return { highest_impact: best.id, impact_reason: reason, unblocks_count: number };
}
