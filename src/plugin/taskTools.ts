import * as z from 'zod';
import { oneLine, truncate } from '../common/text';
import { isWithin } from '../domain/ids';
import { agentTool, type AgentToolOptions, type Work } from './agentTool';
import { currentTask } from './currentTask';
import { dropTaskNote } from './dropTaskNote';
import type { PluginTool } from './opencodeHooks';
import { readTaskReport, reportStatuses } from './taskReport';

/** The tools by which an agent reports on its task, looks at its thread and leaves a note. They answer in sentences, always. */
export function taskTools(options: AgentToolOptions): Readonly<Record<string, PluginTool>> {
  const tool = (description: string, args: z.ZodRawShape, act: (work: Work, input: unknown) => Promise<string>) =>
    agentTool(options, description, args, act);

  return {
    work_task_report: tool(
      'Reports on the task you work on, when it is done or when you cannot finish it. Call it once at the end; a task without a report counts as blocked.',
      {
        task: z.string().describe('The id of your task, such as 01.01.01.01'),
        status: z.enum(reportStatuses).describe('completed, or blocked if you cannot finish; in_progress takes an earlier report back'),
        report: z
          .string()
          .describe('One or two sentences: which files or dependencies changed, decisions and deviations; or what is missing'),
      },
      report,
    ),
    work_tasks: tool('Lists the tasks of your thread with their states and reports, and says which one is yours.', {}, list),
    work_note: tool(
      'Leaves a short note on your task for people who follow the work: where you are, what you found. It does not end the task.',
      { note: z.string().describe('One or two sentences') },
      note,
    ),
  };
}

async function report({ attempt, files }: Work, input: unknown): Promise<string> {
  const read = readTaskReport(input, attempt);
  if (!read.ok) return read.sentence;
  const { task, status, report: text } = read.value;
  const before = (await files.readTasks(attempt.stream)).find(({ id }) => id === task);
  if (before?.status === 'cancelled') return `Task ${task} was cancelled in the meantime. Stop working on it; nothing was reported.`;
  const now = (await files.readThread(attempt.stream, attempt.thread))?.opencodeSessionId;
  if (now !== undefined && now !== attempt.session) {
    return `Another session works on task ${task} now. Stop working on it; nothing was reported.`;
  }
  const isEnd = status !== 'in_progress';
  await files.updateTask(attempt.stream, task, { status, ...(text === undefined ? {} : isEnd ? { report: text } : { breadcrumb: text }) });
  const told = { kind: 'task.reported', task, status, ...(isEnd && text !== undefined ? { report: text } : {}), by: 'agent' } as const;
  await dropTaskNote(attempt.inbox, told).catch(() => undefined); // tasks.json has the report; the note only says who wrote it
  return isEnd ? `Task ${task} is reported as ${status}. You can stop here.` : `Task ${task} is in progress.`;
}

async function list({ attempt, files }: Work): Promise<string> {
  const tasks = (await files.readTasks(attempt.stream)).filter(({ id }) => isWithin(id, attempt.thread));
  const own = currentTask(attempt, tasks);
  if (tasks.length === 0) return `Thread ${attempt.thread} has no tasks yet; yours is ${attempt.task}.`;
  return tasks
    .map(({ id, name, status, report: text }) => {
      const mine = id === own ? ' (yours)' : '';
      return `${id} ${oneLine(name)}: ${status}${mine}${text === undefined ? '' : `. ${oneLine(text)}`}`;
    })
    .join('\n');
}

async function note({ attempt, files }: Work, input: unknown): Promise<string> {
  const parsed = z.object({ note: z.string() }).safeParse(input);
  const text = truncate(oneLine(parsed.data?.note ?? ''), 500);
  if (text === '') return 'Nothing was noted: `note` is a text of one or two sentences.';
  const task = currentTask(attempt, await files.readTasks(attempt.stream));
  await files.updateTask(attempt.stream, task, { breadcrumb: text });
  return `Noted on task ${task}.`;
}
