import type * as z from 'zod';
import type { TaskRecord, ThreadRecord } from '../domain/files/records';
import type { TaskChange } from '../domain/files/taskEdits';
import type { SessionAttempt } from './attemptOfSession';
import type { PluginTool } from './opencodeHooks';

/** Where tasks are kept: the files of `work/` in the main checkout. */
export type TaskFiles = {
  readTasks(streamId: string): Promise<readonly TaskRecord[]>;
  readThread(streamId: string, threadId: string): Promise<ThreadRecord | undefined>;
  updateTask(streamId: string, taskId: string, change: TaskChange): Promise<TaskRecord>;
};

export type AgentToolOptions = {
  readonly attemptOf: (sessionId: string) => Promise<SessionAttempt | undefined>;
  readonly filesOf: (root: string) => TaskFiles;
};

/** Whom a call of a tool is from, and the files of its repository. */
export type Work = { readonly attempt: SessionAttempt; readonly files: TaskFiles };

/** A tool for the agents of attempts; to anybody else, and when it fails, it says so in a sentence. */
export function agentTool(
  { attemptOf, filesOf }: AgentToolOptions,
  description: string,
  args: z.ZodRawShape,
  act: (work: Work, input: unknown) => Promise<string>,
): PluginTool {
  return {
    description,
    args,
    async execute(input, { sessionID }) {
      try {
        const attempt = await attemptOf(sessionID);
        if (!attempt) return 'This session does not work on a task of a workstream: there is nothing to report and nothing to list.';
        return await act({ attempt, files: filesOf(attempt.root) }, input);
      } catch (error) {
        return `That did not work: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
  };
}
