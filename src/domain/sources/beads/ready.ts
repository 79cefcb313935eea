import { isBlocking, isClosed, parentId, type Issue } from './issue';

/** Issues by their ids, and what each waits for. */
export class IssueGraph {
  readonly byId: ReadonlyMap<string, Issue>;

  constructor(readonly issues: readonly Issue[]) {
    this.byId = new Map(issues.map(issue => [issue.id, issue]));
  }

  /** The issues that it waits for, each once; what is in no file blocks nothing. */
  blockersOf(issue: Issue): readonly Issue[] {
    const found = issue.links.filter(isBlocking).flatMap(({ on }) => (on === issue.id ? [] : (this.byId.get(on) ?? [])));
    return [...new Set(found)];
  }

  openBlockersOf(issue: Issue): readonly Issue[] {
    return this.blockersOf(issue).filter(blocker => !isClosed(blocker));
  }

  /** What it is a part of, nearest first. */
  ancestorsOf(issue: Issue): readonly Issue[] {
    const above: Issue[] = [];
    for (let next = this.parentOf(issue); next && !above.includes(next); next = this.parentOf(next)) above.push(next);
    return above;
  }

  /** What it is a part of; nothing when that would be, in the end, a part of it. */
  parentOf(issue: Issue): Issue | undefined {
    const parent = this.namedParent(issue);
    const seen = new Set<Issue>();
    for (let next = parent; next && !seen.has(next); next = this.namedParent(next)) {
      if (next === issue) return undefined;
      seen.add(next);
    }
    return parent;
  }

  private namedParent(issue: Issue): Issue | undefined {
    return this.byId.get(parentId(issue, this.byId) ?? '');
  }
}

/** Whether an issue is put off until later than `now` (milliseconds since the epoch). */
export function isDeferred({ status, deferUntil }: Issue, now: number): boolean {
  return status === 'deferred' || (deferUntil !== undefined && Date.parse(deferUntil) > now);
}

/**
 * What could be begun: open, not put off, and neither it nor anything that it is a part of waits for an open issue. Most urgent first,
 * then by id.
 * @param now milliseconds since the epoch
 */
export function ready(issues: readonly Issue[], now: number): readonly Issue[] {
  const graph = new IssueGraph(issues);
  const isHeld = (issue: Issue) => isDeferred(issue, now) || graph.openBlockersOf(issue).length > 0;
  return issues.filter(issue => issue.status === 'open' && !isHeld(issue) && !graph.ancestorsOf(issue).some(isHeld)).sort(byUrgency);
}

/** By priority, then by id as text. */
export function byUrgency(left: Pick<Issue, 'priority' | 'id'>, right: Pick<Issue, 'priority' | 'id'>): number {
  return left.priority - right.priority || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}
