import { oneLine } from '../../../common/text';
import type { TaskStatus } from '../../taskStatus';
import type { ImportedTask, ImportedThread } from '../importedPlan';
import { withoutHeadings } from '../withoutHeadings';
import type { BeadsContext } from './beadsPlan';
import type { Issue } from './issue';
import type { Piece } from './pieces';
import { isDeferred } from './ready';

/** A piece of work as the plan has it; what holds it back from outside of the plan blocks its first step that is not done. */
export function issueThread({ issue, epic, steps, needs, heldBy }: Piece, context: BeadsContext): ImportedThread {
  const [first, ...rest] = withoutHeadings(issue.description).split(/\n[ \t]*\n/);
  const isProse = first !== undefined && /^[^-*+>|#`~\d\s]/.test(first);
  return {
    key: issue.id,
    title: titleOf(issue),
    at: { file: context.file, line: issue.line },
    summary: isProse ? oneLine(first) : titleOf(issue),
    details: detailsOf(issue, steps, (isProse ? rest : [first ?? '', ...rest]).join('\n\n').trim()),
    agent: agentOf(issue, context),
    dependsOn: needs.map(each => each.issue.id),
    files: [],
    tasks: held(
      (steps.length === 0 ? [issue] : steps).map(step => taskOf(step, context)),
      [
        ...heldBy.map(id => `Waits for ${oneLine(id)}, which is not in the plan.`),
        ...[...(steps.length === 0 ? [] : [issue]), ...(epic ? [epic] : [])].flatMap(each => whyHeld(each, context)),
      ],
    ),
  };
}

const titleOf = ({ title, id }: Issue) => oneLine(title) || id;

function detailsOf(issue: Issue, steps: readonly Issue[], description: string): string {
  const facts = [
    `- Type: ${oneLine(issue.type)}`,
    `- Priority: ${issue.priority}`,
    ...(issue.labels.length === 0 ? [] : [`- Labels: ${issue.labels.map(oneLine).join(', ')}`]),
    ...(issue.externalRef === '' ? [] : [`- Reference: ${oneLine(issue.externalRef)}`]),
    ...(issue.estimatedMinutes === undefined ? [] : [`- Estimate: ${issue.estimatedMinutes} minutes`]),
    ...(issue.dueAt === undefined ? [] : [`- Due: ${oneLine(issue.dueAt)}`]),
  ].join('\n');
  const parts = [
    ['Design', issue.design],
    ['Acceptance Criteria', issue.acceptance],
    ['Notes', issue.notes],
    ...steps.map(
      step =>
        [`${titleOf(step)} (${oneLine(step.id)})`, [step.description, step.design, step.acceptance].filter(Boolean).join('\n\n')] as const,
    ),
  ].flatMap(([title = '', text = '']) => (text.trim() === '' ? [] : [`**${title}**`, withoutHeadings(text).trim()]));
  return [facts, ...(description === '' ? [] : [description]), ...parts].join('\n\n');
}

/** An assignee is mostly a person: only one whose name an agent has is an agent. */
function agentOf({ assignee, labels }: Issue, { agents }: BeadsContext): string | undefined {
  const names = [...labels.flatMap(label => /^agent:(.+)$/.exec(label)?.[1] ?? []), assignee.replace(/^@/, '')];
  return names.flatMap(name => agents.agents.find(agent => agent.name.toLowerCase() === name.trim().toLowerCase()) ?? []).at(0)?.name;
}

function taskOf(issue: Issue, { file, now }: BeadsContext): ImportedTask {
  const { status, report } = stateOf(issue, now);
  return { key: issue.id, title: titleOf(issue), status, report, at: { file, line: issue.line } };
}

function stateOf(issue: Issue, now: number): { readonly status: TaskStatus; readonly report: string | undefined } {
  switch (issue.status) {
    case 'open':
      if (!isDeferred(issue, now)) return { status: 'pending', report: undefined };
      return { status: 'blocked', report: `Put off until ${oneLine(issue.deferUntil ?? '')} in beads.` };
    case 'in_progress':
    case 'hooked':
      return { status: 'in_progress', report: undefined };
    case 'closed':
      return { status: 'completed', report: oneLine(issue.closeReason) || undefined };
    case 'blocked':
      return { status: 'blocked', report: oneLine(issue.notes) || 'Blocked in beads.' };
    case 'deferred':
      return { status: 'blocked', report: 'Put off in beads.' };
    default: // a word of the project's own: what it means only its people know
      return { status: 'blocked', report: `Its status in beads is "${oneLine(issue.status)}".` };
  }
}

/** What holds an issue holds its parts. */
function whyHeld(issue: Issue, { now }: BeadsContext): readonly string[] {
  const { status, report = '' } = stateOf(issue, now);
  return status === 'blocked' ? [`${oneLine(issue.id)}: ${report}`] : [];
}

function held(tasks: readonly ImportedTask[], reasons: readonly string[]): readonly ImportedTask[] {
  const first = tasks.findIndex(({ status }) => status !== 'completed');
  if (reasons.length === 0) return tasks;
  return tasks.map((task, index) => (index === first ? { ...task, status: 'blocked', report: reasons.join(' ') } : task));
}
