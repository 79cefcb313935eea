import path from 'node:path';
import {
  attemptPrompt,
  goOnPrompt,
  interruptedPrompt,
  missingReportQuestion,
  nextTaskPrompt,
  nudgePrompt,
  returnedPrompt,
  type AttemptSection,
} from '../agent/attemptPrompt';
import type { Reporting } from '../agent/reporting';
import { compareIds } from '../../domain/ids';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import type { Resumed } from './attemptRequest';
import { mergeProblemOf } from './mergeProblemOf';
import type { RunContext } from './runContext';
import type { Workplace } from './workplace';

export type AttemptTexts = {
  /** What the attempt begins with: the thread's prompt file, as it is now, and the section for this attempt. */
  prompt(workplace: Workplace): Promise<string>;
  /** Asked once of an agent that stopped without a report. */
  missingReport(): string;
  /** Said to an agent that was cut off in the middle of its work; `cut` is the tool call that was. */
  interrupted(workplace: Workplace, cut: string | undefined): Promise<string>;
  /** Said to an agent whose turn was ended because it made no progress. */
  nudge(workplace: Workplace, reason: string): Promise<string>;
  /** Said to the agent of an attempt that ended, with what a person wants it to know. */
  goOn(workplace: Workplace, cut: string | undefined): Promise<string>;
};

export type AttemptOfThread = {
  readonly thread: ThreadNode;
  readonly task: TaskNode;
  /** The session has had the thread's prompt already. */
  readonly isFollowUp: boolean;
  readonly resumes: Resumed | undefined;
};

/** What the agent of one attempt is told, read from the files at the moment it is told. */
export function attemptTexts(context: RunContext, { thread, task, isFollowUp, resumes }: AttemptOfThread): AttemptTexts {
  const section = (workplace: Workplace) => sectionOf(context, thread, task, workplace);
  return {
    async prompt(workplace) {
      if (isFollowUp) return nextTaskPrompt(await section(workplace));
      const threadPrompt = (await context.files.readPrompt(context.streamId, thread.promptPath)) ?? '';
      return attemptPrompt({ ...(await section(workplace)), threadPrompt });
    },
    missingReport: () => missingReportQuestion(task.id, reportingOf(context)),
    interrupted: async (workplace, cut) => interruptedPrompt(await section(workplace), cut),
    nudge: async (workplace, reason) => nudgePrompt(await section(workplace), reason),
    async goOn(workplace, cut) {
      const about = await section(workplace);
      return resumes?.isReturn ? returnedPrompt(about, cut) : goOnPrompt(about, resumes?.message ?? '', cut);
    },
  };
}

async function sectionOf(context: RunContext, thread: ThreadNode, task: TaskNode, workplace: Workplace): Promise<AttemptSection> {
  const tasks = (await context.files.readTasks(context.streamId)).filter(candidate => candidate.id.startsWith(`${thread.id}.`));
  const before = tasks.filter(candidate => compareIds(candidate.id, task.id) < 0 && candidate.status === 'completed');
  const after = tasks.filter(candidate => compareIds(candidate.id, task.id) > 0);
  const last = [...context.journal.state.attempts.values()].findLast(tried => tried.task === task.id && tried.outcome !== undefined);
  return {
    task: { id: task.id, name: task.name },
    isolation: context.settings.isolation,
    worktree: workplace.directory,
    branch: workplace.branch,
    earlier: before.map(({ id, name, report }) => ({ id, name, report })),
    later: after.map(({ id, name }) => ({ id, name })),
    previous: last?.outcome === undefined ? undefined : { outcome: last.outcome, reason: last.reason },
    merge: await mergeProblemOf(context, thread.id),
    reporting: reportingOf(context),
  };
}

/** Without our plugin in the server, agents report by the command line. */
function reportingOf(context: RunContext): Reporting {
  if (context.opencode.server.status.plugin !== 'none') return { kind: 'tools' };
  const command = context.shimFolder === undefined ? undefined : path.join(context.shimFolder, 'work');
  return { kind: 'command', root: context.root, stream: context.streamId, command };
}
