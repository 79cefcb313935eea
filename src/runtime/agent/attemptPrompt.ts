import { oneLine, stripControl, truncate } from '../../common/text';
import type { Isolation } from '../../domain/journal/events';
import { mergeWork, type MergeProblem } from './mergeProblem';
import { reportingLines, type Reporting } from './reporting';

export type TaskName = { readonly id: string; readonly name: string };
export type DoneTask = TaskName & { readonly report?: string | undefined };

/** What an attempt is about, as far as its agent is told. */
export type AttemptSection = {
  readonly task: TaskName;
  readonly isolation: Isolation;
  /** Absolute folder the agent works in: its worktree, or the user's checkout in isolation `none`. */
  readonly worktree: string;
  /** Undefined in isolation `none`. */
  readonly branch: string | undefined;
  /** Tasks of the thread that are completed already, in order. */
  readonly earlier: readonly DoneTask[];
  /** Tasks of the thread that come after this one. */
  readonly later?: readonly TaskName[] | undefined;
  /** How the attempt before this one ended, if there was one. */
  readonly previous?: { readonly outcome: string; readonly reason?: string | undefined } | undefined;
  /** Why the thread's work could not be merged, when that was tried. */
  readonly merge?: MergeProblem | undefined;
  readonly reporting: Reporting;
};

/**
 * The first prompt of a session: the thread's prompt file, then what this attempt is for. The task's own id is the last id in
 * it. Names from the plan come out on one line and without control characters.
 */
export function attemptPrompt({ threadPrompt, ...section }: AttemptSection & { readonly threadPrompt: string }): string {
  return joinParts([
    stripControl(threadPrompt).trimEnd(),
    '---',
    section.isolation === 'task' ? oneTask(section) : firstOfSeveral(section),
    earlierWork(section),
    previousTry(section),
    mergeWork(section.merge),
    whereToWork(section),
    howToReport(section),
  ]);
}

/** The prompt for the next task of a thread whose session goes on (isolation `thread` and `none`). */
export function nextTaskPrompt(section: AttemptSection): string {
  return joinParts([
    `Now go on with the next task of your thread: ${named(section.task)}.`,
    previousTry(section),
    mergeWork(section.merge),
    howToReport(section),
  ]);
}

/** Asked once when an agent stops and its task has no report. */
export function missingReportQuestion(taskId: string, reporting: Reporting = { kind: 'tools' }): string {
  return joinParts([
    `You stopped without a report for task ${oneLine(taskId)}.`,
    'If the task is done, report it as `completed`; if something keeps you from finishing it, report it as `blocked` and say what. If there is work left that you can do, do it first.',
    reportingLines(oneLine(taskId), reporting),
  ]);
}

/** Said to an agent whose session was cut off in the middle of its work; `cut` is the tool call that was, in words. */
export function interruptedPrompt(section: AttemptSection, cut?: string): string {
  return joinParts([
    `Your work on task ${named(section.task)} was interrupted. Commands that were running then have ended.${cutCall(cut)} Look at what is there (\`git status\`) before you go on, and do not repeat what is already done.`,
    howToReport(section),
  ]);
}

/** Said to an agent whose turn was ended because it made no progress; `reason` is a sentence. */
export function nudgePrompt(section: AttemptSection, reason: string): string {
  return joinParts([
    `You were stopped in the middle of task ${named(section.task)}, because you made no progress. ${oneLine(reason)}`,
    'Look at what is there (`git status`) and go on from there, but not in the same way again: a command that may take long needs a time limit, and what failed several times needs another approach. If something keeps you from going on, report the task as `blocked` and say what.',
    howToReport(section),
  ]);
}

/** Said to the agent of an attempt that had ended, when what it did could not be merged; `cut` as above. */
export function returnedPrompt(section: AttemptSection, cut?: string): string {
  return joinParts([
    `You had finished task ${named(section.task)}, but the work is not in yet.${cutCall(cut)}`,
    mergeWork(section.merge),
    'Report the task again when that is done: what it does now, and what you changed for the merge.',
    howToReport(section),
  ]);
}

/** Said to the agent of an attempt that had ended; `message` is what a person wants it to know, `cut` as above. */
export function goOnPrompt(section: AttemptSection, message: string, cut?: string): string {
  const words = stripControl(message).trim();
  return joinParts([
    `Go on with task ${named(section.task)} where you stopped.${cutCall(cut)} Look at what is there (\`git status\`, \`git log\`) before you go on, and do not repeat what is already done.`,
    words === '' ? undefined : `The user says:\n\n${words}`,
    mergeWork(section.merge),
    howToReport(section),
  ]);
}

function oneTask({ task, later = [] }: AttemptSection): string {
  const others =
    later.length === 0
      ? 'The other tasks named above are not your business: they are done already, or another session does them.'
      : `The other tasks of the thread are not your business. Another session does ${later.map(named).join(' and ')} after you; do not start on it.`;
  return joinParts(['## Your task', `Do this one task of the thread, nothing else: ${named(task)}.`, others]);
}

function firstOfSeveral({ task }: AttemptSection): string {
  return joinParts([
    '## Your task',
    `You do the tasks of this thread one after the other in this session. Begin with ${named(task)} and report it before anything else; you are told when to go on.`,
  ]);
}

function earlierWork({ earlier }: AttemptSection): string | undefined {
  if (earlier.length === 0) return undefined;
  const lines = earlier.map(({ report, ...task }) => `- ${named(task)}: ${said(report) ?? 'completed, without a report'}`);
  return joinParts(['Earlier tasks of this thread are done and their work is in front of you. They reported:', lines.join('\n')]);
}

function previousTry({ previous }: AttemptSection): string | undefined {
  if (!previous) return undefined;
  return `This task was tried before; that try ended as ${oneLine(previous.outcome)}${previous.reason === undefined ? '' : `: ${said(previous.reason) ?? ''}`}.`;
}

function whereToWork({ worktree, branch, isolation, reporting }: AttemptSection): string {
  const place =
    isolation === 'none'
      ? `- You work in the user's own checkout, \`${oneLine(worktree)}\`. Other agents may work in it at the same time: change only what your task needs.`
      : `- Your worktree is \`${oneLine(worktree)}\`${branch === undefined ? '' : `, on the branch \`${oneLine(branch)}\``}. Change files only in there; it is yours alone. What you leave uncommitted is committed for you when you are done.`;
  return [
    '## Where you work',
    '',
    place,
    '- Paths named above are relative to it.',
    '- Stay on your branch and push nothing. `PLAN.md`, `tasks.json` and the other files that keep the state of the plan are not yours to edit.',
    ...(reporting.kind === 'tools' ? [sharing] : []),
  ].join('\n');
}

const sharing =
  '- Agents of other threads work at the same time: reserve files that they may need too with `work_reserve` before you change them, and do something else first while another thread has them. `work_send` and `work_inbox` are for messages between you.';

function howToReport({ task, reporting }: AttemptSection): string {
  return joinParts([
    '## When you are done',
    '**Do NOT create COMPLETION.md**: it is written from the reports at the end.',
    reportingLines(oneLine(task.id), reporting),
  ]);
}

const cutCall = (cut: string | undefined) =>
  cut === undefined ? '' : ` This call was cut off, and may have run in part: ${oneLine(cut)}.`;

const named = ({ id, name }: TaskName) => `${oneLine(id)} "${truncate(oneLine(name), 200)}"`;

function said(text: string | undefined): string | undefined {
  const line = truncate(oneLine(text ?? ''), 600);
  return line === '' ? undefined : line;
}

const joinParts = (parts: readonly (string | undefined)[]) => parts.filter(part => part !== undefined && part !== '').join('\n\n');
