import { oneLine } from '../../../common/text';
import { isDone } from '../../taskStatus';
import type { ImportedTask } from '../importedPlan';
import { isClosed, type Issue } from './issue';
import { isGroup } from './pieces';
import { IssueGraph } from './ready';

/** What `bd` is to be called with, each argument for itself. */
export type BdCommand = readonly string[];

export type BdCommands = {
  readonly commands: readonly BdCommand[];
  /** A sentence for each thing that `bd` cannot be told. */
  readonly problems: readonly string[];
};

type Outcome = Pick<ImportedTask, 'key' | 'status' | 'report'>;

/**
 * The calls of `bd` that tell beads what became of tasks: claim, close, block with its reason. What beads says already is not said again, and what
 * somebody closed there stays closed. An issue whose steps are tasks is claimed with the first of them and closed with the last.
 */
export function bdCommands(issues: readonly Issue[], tasks: readonly Outcome[]): BdCommands {
  const graph = new IssueGraph(issues);
  const problems: string[] = [];
  const outcomes = new Map(tasks.map(task => [task.key, task]));
  const commands = [...tasks, ...wholes(graph, outcomes)].flatMap(task => {
    const issue = graph.byId.get(task.key);
    if (!issue) {
      problems.push(`"${oneLine(task.key)}" is not among the issues of beads any more.`);
      return [];
    }
    const calls = callsFor(issue, task);
    if (calls.length === 0 || isSafeId(issue.id)) return calls;
    problems.push(`"${oneLine(issue.id)}" is no id that bd can be called with: it would not be taken for one.`);
    return [];
  });
  return { commands, problems };
}

/** What would begin like an option, or has a line break in it, is no id for a command line. */
const isSafeId = (id: string) => /^[\p{L}\p{N}][^\p{C}]*$/u.test(id);

function callsFor(issue: Issue, { status, report = '' }: Outcome): readonly BdCommand[] {
  if (isClosed(issue)) return [];
  switch (status) {
    case 'pending':
      return []; // whoever claimed it there may be somebody else
    case 'in_progress':
      return issue.status === 'in_progress' || issue.status === 'hooked' ? [] : [['update', issue.id, '--status', 'in_progress']];
    case 'blocked':
      if (issue.status !== 'open' && issue.status !== 'in_progress') return [];
      return [['update', issue.id, '--status', 'blocked'], ...comment(issue, report)];
    case 'completed':
      return [['close', issue.id, ...reason(report)]];
    case 'cancelled':
      return [['close', issue.id, ...reason(`Cancelled. ${report}`)]];
  }
}

const reason = (report: string) => (oneLine(report) === '' ? [] : [`--reason=${oneLine(report)}`]);

/** Behind what others wrote: notes would take its place. Once, also when what `bd` was told is exported late. */
function comment({ id, comments }: Issue, report: string): readonly BdCommand[] {
  const text = `Blocked: ${oneLine(report)}`;
  return oneLine(report) === '' || comments.includes(text) ? [] : [['comments', 'add', id, text]];
}

/** Issues that are no tasks themselves because their parts are, as their parts stand. */
function wholes(graph: IssueGraph, outcomes: ReadonlyMap<string, Outcome>): readonly Outcome[] {
  const parts = new Map<Issue, Issue[]>();
  for (const issue of graph.issues) {
    for (const whole of graph.ancestorsOf(issue)) {
      if (isGroup(whole) || outcomes.has(whole.id)) continue;
      const known = parts.get(whole);
      if (known) known.push(issue);
      else parts.set(whole, [issue]);
    }
  }
  return [...parts].flatMap(([whole, all]): readonly Outcome[] => {
    const told = all.flatMap(part => outcomes.get(part.id) ?? []);
    if (told.every(({ status }) => status === 'pending' || status === 'blocked')) return [];
    const isOver = all.every(part => isClosed(part) || isDone(outcomes.get(part.id)?.status ?? 'pending'));
    return [{ key: whole.id, status: isOver ? 'completed' : 'in_progress', report: isOver ? 'All its parts are done.' : undefined }];
  });
}

/** A call as somebody types it into a shell. */
export function typed(command: BdCommand): string {
  return ['bd', ...command].map(each => (/^[\w@%+=:,./-]+$/.test(each) ? each : `'${each.replaceAll("'", `'\\''`)}'`)).join(' ');
}
