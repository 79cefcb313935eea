import { count, oneLine, truncate } from '../../../common/text';
import type { AgentsSource } from '../../agents';
import { dependencyLevels } from '../../graph/dependencyLevels';
import type { ImportedPlan, ImportedStage, ImportedThread, SourceProblem } from '../importedPlan';
import { stageGroups } from '../stageGroups';
import { isClosed, type Issue } from './issue';
import { issueThread } from './issueThread';
import { byUrgency, IssueGraph } from './ready';
import { divideIssues, type Piece } from './pieces';

export type BeadsContext = {
  /** The folder, relative to the root, with `/`. */
  readonly path: string;
  /** The file the issues are from. */
  readonly file: string;
  readonly agents: AgentsSource;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/**
 * Issues as a plan. An epic is a group of threads, an issue that is no epic a thread, and its own parts that thread's tasks. Epics
 * that need nothing of one another share a stage. What was closed with everything around it is left out.
 */
export function planOfIssues(
  issues: readonly Issue[],
  context: BeadsContext,
): { readonly plan: ImportedPlan | undefined; readonly problems: readonly SourceProblem[] } {
  const graph = new IssueGraph(issues);
  const cycle = cycleProblem(graph, context.file);
  if (cycle) return { plan: undefined, problems: [cycle] };
  const { pieces, epics, leftOut, problems } = divideIssues(graph, context.file);
  const warnings = [...problems, ...leftOutProblem(leftOut, context.file)];
  if (pieces.length === 0) {
    const message = issues.length === 0 ? `There is no issue in ${context.file}.` : `Nothing in ${context.file} is left to do.`;
    return { plan: undefined, problems: [...warnings, { severity: 'error', message, at: { file: context.file, line: 1 } }] };
  }
  const stages = stageGroups(
    [...pieces].sort((left, right) => byUrgency(left.issue, right.issue)),
    ({ epic }) => epic?.id ?? '',
    piece => piece.needs,
  ).map(({ groups, members }): ImportedStage => stageOf(groups, members, graph, context));
  const kept = pieces.reduce((sum, { steps }) => sum + Math.max(1, steps.length), 0);
  const summary = `${count(kept, 'issue')} of beads${epics === 0 ? '' : ` in ${count(epics, 'epic')}`}.`;
  return { plan: { kind: 'beads', path: context.path, title: 'Beads', summary, stages }, problems: warnings };
}

function stageOf(groups: readonly string[], members: readonly Piece[], graph: IssueGraph, context: BeadsContext): ImportedStage {
  const epics = groups.flatMap(id => graph.byId.get(id) ?? []);
  const others = groups.includes('') ? ['Issues'] : [];
  const title = truncate([...epics.map(({ title: own, id }) => oneLine(own) || id), ...others].join(', '), 120);
  const definition = epics.map(({ id, title: own, description }) => oneLine(`${own} (${id}). ${firstParagraph(description)}`)).join(' ');
  const threads: readonly ImportedThread[] = members.map(piece => issueThread(piece, context));
  return { title, definition: definition === '' ? 'The issues of beads that belong to no epic are closed.' : definition, threads };
}

const firstParagraph = (text: string) => text.split(/\r?\n[ \t]*\r?\n/)[0] ?? '';

/** Issues that wait for each other; nothing closed holds anything back. */
function cycleProblem(graph: IssueGraph, file: string): SourceProblem | undefined {
  const open = graph.issues.filter(issue => !isClosed(issue));
  const { cycle } = dependencyLevels(open, issue => graph.openBlockersOf(issue));
  const [first] = cycle ?? [];
  if (!cycle || !first) return undefined;
  const words = [...cycle, first].map(({ id }) => `"${oneLine(id)}"`).join(' waits for ');
  return { severity: 'error', message: `${words}: none of them could begin.`, at: { file, line: first.line } };
}

function leftOutProblem(leftOut: ReadonlyMap<string, number>, file: string): readonly SourceProblem[] {
  if (leftOut.size === 0) return [];
  const message = `Left out of the plan: ${[...leftOut].map(([what, number]) => `${number} ${what}`).join(', ')}.`;
  return [{ severity: 'warning', message, at: { file, line: 1 } }];
}
