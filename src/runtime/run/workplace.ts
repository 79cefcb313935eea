import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { AttemptState } from '../../domain/journal/journalState';
import { taskBranch, worktreeName } from '../../domain/names';
import { runSetupCommand } from '../git/setupCommand';
import { discardUnfinishedWorktree, isFreshWorktree, type IntendedWorktree } from '../git/unfinishedWorktree';
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

/** The worktree that an attempt had begun with when its driver died. */
export function plannedBefore({ worktree, branch }: AttemptState): PlannedWorkplace | undefined {
  return worktree === undefined || branch === undefined ? undefined : { name: path.basename(worktree), branch, path: worktree };
}

const madeWorktree = z.strictObject({ path: z.string() });
const setUp = z.strictObject({ copied: z.array(z.string()), exitCode: z.number().nullable(), tail: z.string() });

/**
 * Adds the worktree, copies the files that `.worktreeinclude` names and runs the user's setup command in it. What an earlier
 * driver finished of it is taken; an addition that was cut off is taken away and made again, and so is a worktree whose setup was.
 * @throws {AttemptError} `setup-failed` with the end of the command's output, `worktree-gone` when somebody removed it since.
 */
export async function prepareWorkplace(
  context: RunContext,
  attempt: string,
  planned: PlannedWorkplace,
  base: string,
  signal: AbortSignal,
): Promise<Workplace> {
  const { effects, worktrees, git } = context;
  const setup = context.journal.state.effects.get(`${attempt}/setup`);
  const add = async () => ({ path: (await worktrees.add({ name: planned.name, branch: planned.branch, base })).path });
  const intended: IntendedWorktree = { path: planned.path, branch: planned.branch, base };
  const made = await effects.run('worktree', `${attempt}/worktree`, intended, add, {
    schema: madeWorktree,
    async settle(intent) {
      if (await isFreshWorktree(git, intent)) return { path: intent.path };
      await discardUnfinishedWorktree(git, intent);
      return undefined;
    },
  });
  signal.throwIfAborted();
  await effects.run('setup', `${attempt}/setup`, { path: made.path }, () => setUpWorktree(context, attempt, made.path, signal), {
    schema: setUp,
    async settle() {
      await context.endProcesses(attempt); // the command may run on without the driver that started it
      await discardUnfinishedWorktree(git, { ...intended, path: made.path });
      await add();
      return undefined;
    },
  });
  if (setup?.state === 'done') await refuseGone(made.path, planned.branch);
  return { directory: made.path, branch: planned.branch, base };
}

async function refuseGone(worktree: string, branch: string): Promise<void> {
  const found = await stat(worktree).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new AttemptError(
    'worktree-gone',
    `The worktree ${worktree} was removed, and with it what was not committed. Its branch ${branch} is kept; the task goes on from there.`,
  );
}

async function setUpWorktree(context: RunContext, attempt: string, directory: string, signal: AbortSignal): Promise<z.infer<typeof setUp>> {
  const copied = await context.worktrees.copyIncluded(directory);
  const command = context.settings.worktrees.setup;
  if (command === undefined || command.length === 0) return { copied: [...copied], exitCode: null, tail: '' };
  const result = await runSetupCommand(command, {
    cwd: directory,
    timeoutMs: context.settings.limits.setup * 1000,
    outputFile: path.join(context.journalFolder, 'logs', `${attempt.replace('#', '-')}-setup.log`),
    env: { WORK_ATTEMPT: attempt, WORK_STREAM: context.streamId, WORK_ROOT: context.root }, // by which it is found again when its driver dies
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
