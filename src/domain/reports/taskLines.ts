import type { TaskStatus } from '../taskStatus';
import type { TaskNode } from '../tree/nodes';
import { inline, itemQuote } from './reportMarkdown';

const icons: Readonly<Record<TaskStatus, string>> = { completed: '✓', in_progress: '◐', pending: '○', blocked: '✗', cancelled: '−' };

/** A task as a list item with its report below it. */
export function taskLines({ status, name, report }: TaskNode): readonly string[] {
  return [`- ${icons[status]} ${inline(name)}`, ...reportLines(report)];
}

/** Something that waits for a person, with the reason below it. */
export function issueLines({ id, name }: { readonly id: string; readonly name: string }, reason: string | undefined): readonly string[] {
  return [`- **${id}:** ${inline(name)}`, ...reportLines(reason)];
}

function reportLines(report: string | undefined): readonly string[] {
  return report === undefined || report.trim() === '' ? [] : itemQuote(report);
}
