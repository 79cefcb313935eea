import { attemptPrompt, nextTaskPrompt } from '../agent/attemptPrompt';
import { integrationBranch } from '../../domain/names';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import type { RunContext } from './runContext';
import type { Workplace } from './workplace';

export type PromptRequest = {
  readonly thread: ThreadNode;
  readonly task: TaskNode;
  readonly workplace: Workplace;
  /** The session has had the thread's prompt already. */ readonly isFollowUp: boolean;
};

/** The thread's prompt file, as it is now, and the section for this attempt. */
export async function promptForAttempt(context: RunContext, { thread, task, workplace, isFollowUp }: PromptRequest): Promise<string> {
  const tasks = (await context.files.readTasks(context.streamId)).filter(candidate => candidate.id.startsWith(`${thread.id}.`));
  const section = {
    task: { id: task.id, name: task.name },
    isolation: context.settings.isolation,
    worktree: workplace.directory,
    branch: workplace.branch,
    earlier: tasks
      .filter(candidate => candidate.id < task.id && candidate.status === 'completed')
      .map(({ id, name, report }) => ({ id, name, report })),
    conflict: thread.merge?.state === 'conflicted' ? { branch: integrationBranch(context.streamId), files: thread.merge.files } : undefined,
    reporting:
      context.opencode.server.status.plugin === 'none'
        ? { kind: 'command' as const, root: context.root, stream: context.streamId }
        : { kind: 'tools' as const },
  };
  if (isFollowUp) return nextTaskPrompt(section);
  const threadPrompt = (await context.files.readPrompt(context.streamId, thread.promptPath)) ?? '';
  return attemptPrompt({ ...section, threadPrompt });
}
