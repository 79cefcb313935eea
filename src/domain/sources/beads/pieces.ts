import { oneLine } from '../../../common/text';
import { dependencyLevels } from '../../graph/dependencyLevels';
import type { SourceProblem } from '../importedPlan';
import { isBlocking, isClosed, type Issue } from './issue';
import { byUrgency, IssueGraph } from './ready';

/** What becomes a thread: an issue, its own parts in the order in which they can be done, and what it waits for. */
export type Piece = {
  readonly issue: Issue;
  readonly epic: Issue | undefined;
  /** Parts that are steps of it; none for an issue of one step. */
  readonly steps: readonly Issue[];
  readonly needs: readonly Piece[];
  /** Ids of open issues that it waits for and that are not in the plan. */
  readonly heldBy: readonly string[];
};

export type Division = {
  readonly pieces: readonly Piece[];
  /** How many epics have pieces. */
  readonly epics: number;
  /** How many were left out, by why. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly problems: readonly SourceProblem[];
};

const groupTypes = new Set(['epic', 'molecule', 'milestone']);
/** Records of agents and of the way they talk, which nobody can carry out. */
const noWork = new Set(['message', 'gate', 'event', 'agent', 'role', 'rig', 'merge-request']);

/**
 * Divides issues into threads. Steps that only an issue between them could bring into an order become threads of their own; what
 * closed issues waited for is kept, so that a plan stays the same while its issues are closed, unless it leads in a circle.
 */
export function divideIssues(graph: IssueGraph, file: string): Division {
  const ways = [
    { areStepsNested: true, isHistoryKept: true },
    { areStepsNested: true, isHistoryKept: false },
  ];
  for (const way of ways) {
    const division = new Divider(graph, file, way).divide();
    if (!dependencyLevels(division.pieces, ({ needs }) => needs).cycle) return division;
  }
  return new Divider(graph, file, { areStepsNested: false, isHistoryKept: false }).divide();
}

type Way = { readonly areStepsNested: boolean; readonly isHistoryKept: boolean };
type Draft = {
  readonly issue: Issue;
  readonly epic: Issue | undefined;
  readonly steps: Issue[];
  needs: readonly Draft[];
  heldBy: readonly string[];
};

class Divider {
  private readonly children = new Map<Issue, Issue[]>();
  private readonly leftOut = new Map<string, number>();
  private readonly drafts = new Map<Issue, Draft>();
  private readonly problems: SourceProblem[] = [];
  /** What open issues wait for or waited for. */
  private readonly awaited: ReadonlySet<Issue>;

  constructor(
    private readonly graph: IssueGraph,
    private readonly file: string,
    private readonly way: Way,
  ) {
    for (const issue of graph.issues) {
      const parent = graph.parentOf(issue);
      if (!parent) continue;
      const parts = this.children.get(parent);
      if (parts) parts.push(issue);
      else this.children.set(parent, [issue]);
    }
    this.awaited = new Set(graph.issues.filter(issue => !isClosed(issue)).flatMap(issue => graph.blockersOf(issue)));
  }

  divide(): Division {
    for (const issue of this.graph.issues) this.place(issue);
    const drafts = [...new Set(this.drafts.values())];
    for (const draft of drafts) this.connect(draft);
    for (const draft of drafts) draft.steps.splice(0, draft.steps.length, ...this.inOrder(draft.steps));
    const epics = new Set(drafts.flatMap(({ epic }) => epic ?? [])).size;
    return { pieces: drafts, epics, leftOut: this.leftOut, problems: this.problems };
  }

  private place(issue: Issue): void {
    const above = this.graph.ancestorsOf(issue);
    const why = this.whyLeftOut(issue, above);
    if (why !== undefined) {
      if (why !== '') this.leftOut.set(why, (this.leftOut.get(why) ?? 0) + 1);
      return;
    }
    const owners = this.way.areStepsNested
      ? above.filter(each => !isGroup(each) && this.whyLeftOut(each, this.graph.ancestorsOf(each)) === undefined)
      : [];
    const owner = owners.at(-1) ?? issue;
    const draft = this.drafts.get(owner) ?? {
      issue: owner,
      epic: this.graph.ancestorsOf(owner).filter(isGroup).at(-1),
      steps: [],
      needs: [],
      heldBy: [],
    };
    this.drafts.set(owner, draft).set(issue, draft);
    if (owner !== issue) draft.steps.push(issue);
  }

  /** Empty for what is there as a group. */
  private whyLeftOut(issue: Issue, above: readonly Issue[]): string | undefined {
    if (noWork.has(issue.type)) return `of type "${oneLine(issue.type)}"`;
    if (issue.status === 'pinned') return 'pinned';
    const isPast = isClosed(issue) && !above.some(each => !isClosed(each)) && !this.hasOpenPart(issue);
    if (isPast && !this.awaited.has(issue)) return 'closed';
    return isGroup(issue) && this.children.has(issue) ? '' : undefined;
  }

  private hasOpenPart(issue: Issue): boolean {
    return (this.children.get(issue) ?? []).some(child => !isClosed(child) || this.hasOpenPart(child));
  }

  /** An issue waits for what it is blocked by, for what its epics are blocked by, and for all of an epic that blocks it. */
  private connect(draft: Draft): void {
    const { isHistoryKept } = this.way;
    const waiting = [draft.issue, ...draft.steps, ...this.graph.ancestorsOf(draft.issue)].filter(
      issue => isHistoryKept || !isClosed(issue),
    );
    const own = waiting.filter(issue => issue === draft.issue || draft.steps.includes(issue));
    const blockers = new Set(waiting.flatMap(issue => (isHistoryKept ? this.graph.blockersOf(issue) : this.graph.openBlockersOf(issue))));
    const parts = this.way.areStepsNested ? [] : (this.children.get(draft.issue) ?? []);
    const needed = new Set<Draft>();
    const heldBy = new Set<string>();
    for (const blocker of [...blockers, ...parts]) {
      const found = this.draftsOf(blocker);
      for (const each of found) if (each !== draft) needed.add(each);
      if (found.length === 0 && !isClosed(blocker)) heldBy.add(blocker.id);
    }
    for (const issue of own.filter(each => !isClosed(each))) {
      for (const { on } of issue.links.filter(isBlocking)) {
        if (on.startsWith('external:')) heldBy.add(on);
        else if (!this.graph.byId.has(on)) {
          const message = `"${oneLine(issue.id)}" waits for "${oneLine(on)}", which is not in ${this.file}: it is taken for done.`;
          this.problems.push({ severity: 'warning', message, at: { file: this.file, line: issue.line } });
        }
      }
    }
    draft.needs = [...needed];
    draft.heldBy = [...heldBy];
  }

  private draftsOf(issue: Issue): readonly Draft[] {
    const draft = this.drafts.get(issue);
    if (draft) return [draft];
    return (this.children.get(issue) ?? []).flatMap(child => this.draftsOf(child));
  }

  /** Steps as they can be done: after what they wait for, else by the numbers of their ids. */
  private inOrder(steps: readonly Issue[]): readonly Issue[] {
    const sorted = [...steps].sort((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }) || byUrgency(left, right));
    const among = new Set(sorted);
    return dependencyLevels(sorted, step => this.graph.openBlockersOf(step).filter(blocker => among.has(blocker))).levels.flat();
  }
}

/** Whether it is there to hold others together. */
export const isGroup = ({ type }: Issue) => groupTypes.has(type);
