import * as z from 'zod';
import { oneLine } from '../common/text';
import { isWithin, normalizeId } from '../domain/ids';
import type { AttemptMetadata } from '../domain/run/attemptMetadata';

/** The states an agent may give its task; `pending` and `cancelled` are a human's to give. */
export const reportStatuses = ['in_progress', 'completed', 'blocked'] as const;
export type TaskReport = { readonly task: string; readonly status: (typeof reportStatuses)[number]; readonly report: string | undefined };

/** Longer than any two sentences. */
const longest = 1000;

const input = z.object({
  task: z.string('`task` is the id of your task, such as "01.01.01.01"'),
  status: z.enum(reportStatuses, '`status` is "in_progress", "completed" or "blocked"'),
  report: z.string('`report` is a text of one or two sentences').nullish(),
});

export type ReadReport = { readonly ok: true; readonly value: TaskReport } | { readonly ok: false; readonly sentence: string };

/** Reads what the model called the tool with; whatever is wrong comes back as sentences that say what to do. */
export function readTaskReport(value: unknown, attempt: AttemptMetadata): ReadReport {
  const parsed = input.safeParse(value);
  if (!parsed.success) return refuse(`${parsed.error.issues.map(describeIssue).join('; ')}.`);
  const task = normalizeId(parsed.data.task);
  if (task === undefined || !mayReport(attempt, task)) return refuse(whoseTask(attempt, parsed.data.task));
  const report = oneLine(parsed.data.report ?? '');
  const { status } = parsed.data;
  if (report === '' && status !== 'in_progress') {
    return refuse(
      status === 'completed'
        ? 'A completed task needs a report: one or two sentences on what you changed.'
        : 'A blocked task needs a report: one or two sentences on what keeps you from finishing it.',
    );
  }
  if (report.length > longest) return refuse('The report is too long: say it in one or two sentences.');
  return { ok: true, value: { task, status, report: report === '' ? undefined : report } };
}

const refuse = (sentence: string): ReadReport => ({ ok: false, sentence: `Nothing was reported. ${sentence}` });

const mayReport = ({ isolation, task, thread }: AttemptMetadata, id: string) =>
  isolation === 'task' ? id === task : isWithin(id, thread) && id !== thread;

function whoseTask({ isolation, task, thread }: AttemptMetadata, asked: string): string {
  const shown = oneLine(asked).slice(0, 40);
  return isolation === 'task'
    ? `This session works on task ${task} and can report for no other; "${shown}" is not it.`
    : `This session works on thread ${thread} and can report for its tasks only; "${shown}" is not one of them.`;
}

function describeIssue({ path: [field], message }: z.core.$ZodIssue): string {
  return field === undefined ? 'The tool wants `task`, `status` and `report`' : message;
}
