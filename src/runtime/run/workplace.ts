import path from 'node:path';
import * as z from 'zod';
import { taskBranch, worktreeName } from '../../domain/names';
import { runSetupCommand } from '../git/setupCommand';
import { AttemptError } from './attemptError';
import type { RunContext } from './runContext';

/** Where an attempt's agent works. In isolation `none` there is no branch: it is the user's own checkout. */
export type Workplace = { readonly directory: string; readonly branch: string | undefined; readonly base: string };

export type PlannedWorkplace = { readonly name: string; readonly branch: string; readonly path: string };

/** Names an attempt's worktree and branch before anything is made, so that the journal knows them first. */
export function planWorkplace(context: RunContext, taskId: string, startedAt: number): PlannedWorkplace {
  const name = worktreeName(taskId, startedAt);
  return { name, branch: taskBranch(taskId, startedAt), path: context.worktrees.pathOf(name) };
}

const madeWorktree = z.strictObject({ path: z.string() });
const setUp = z.strictObject({ copied: z.array(z.string()), exitCode: z.number().nullable(), tail: z.string() });

/**
 * Adds the worktree, copies the files that `.worktreeinclude` names and runs the user's setup command in it.
 * @throws {AttemptError} `setup-failed` with the end of the command's output.
 */
export async function prepareWorkplace(
  context: RunContext,
  attempt: string,
  planned: PlannedWorkplace,
  base: string,
  signal: AbortSignal,
): Promise<Workplace> {
  const { effects, worktrees } = context;
  const made = await effects.run(
    'worktree',
    `${attempt}/worktree`,
    { path: planned.path, branch: planned.branch, base },
    async () => ({ path: (await worktrees.add({ name: planned.name, branch: planned.branch, base })).path }),
    { schema: madeWorktree },
  );
  signal.throwIfAborted();
  await effects.run('setup', `${attempt}/setup`, { path: made.path }, () => setUpWorktree(context, attempt, made.path, signal), {
    schema: setUp,
  });
  return { directory: made.path, branch: planned.branch, base };
}

async function setUpWorktree(context: RunContext, attempt: string, directory: string, signal: AbortSignal): Promise<z.infer<typeof setUp>> {
  const copied = await context.worktrees.copyIncluded(directory);
  const command = context.settings.worktrees.setup;
  if (command === undefined || command.length === 0) return { copied: [...copied], exitCode: null, tail: '' };
  const result = await runSetupCommand(command, {
    cwd: directory,
    timeoutMs: context.settings.limits.setup * 1000,
    outputFile: path.join(context.journalFolder, 'logs', `${attempt.replace('#', '-')}-setup.log`),
    signal,
  });
  if (result.timedOut) {
    throw new AttemptError('setup-failed', `The setup command did not end within ${context.settings.limits.setup} seconds: ${result.tail}`);
  }
  if (result.exitCode !== 0) {
    throw new AttemptError('setup-failed', `The setup command ended with exit code ${result.exitCode ?? 'none'}: ${result.tail}`);
  }
  return { copied: [...copied], exitCode: result.exitCode, tail: result.tail };
}
