import type { MultitaskEntry } from './multitaskConfig';

/** What the agent of an entry is told in classic mode: the text that other programs keep as TASK.md. */
export function classicTask({ issue, task }: Pick<MultitaskEntry, 'issue' | 'task'>): string {
  return `# Issue #${issue}\n\n${task}\n\nFollow DEFAULT_WORKFLOW.md autonomously. NO QUESTIONS. Your commits stay on the branch that is checked out: push nothing.\n`;
}
