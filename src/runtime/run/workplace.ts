import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { AttemptState } from '../../domain/journal/journalState';
import { taskBranch, worktreeName } from '../../domain/names';
import { isServerWorktree } from '../../domain/worktrees/serverWorktree';
import type { Git } from '../git/git';
import { isSamePath, realPathOf } from '../git/paths';
import { runUserCommand } from '../git/userCommand';
import { discardUnfinishedWorktree, isFreshWorktree, type IntendedWorktree } from '../git/unfinishedWorktree';
import { AttemptError } from './attemptError';
import { addProvided, settleProvided, type MadeWorktree, type ProvidedIntent } from './providedWorktree';
import type { RunContext } from './runContext';

/** Where an attempt's agent works. In isolation `none` there is no branch: it is the user's own checkout. */
export type Workplace = { readonly directory: string; readonly branch: string | undefined; readonly base: string };

export type PlannedWorkplace = {
  readonly name: string;
  /** Absent where the opencode server chooses them; the evidence of the effect names them then. */
  readonly place: { readonly branch: string; readonly path: string } | undefined;
};

/** Names an attempt's worktree and branch before anything is made, so that the journal knows them first. */
export function planWorkplace({ settings, worktrees }: RunContext, taskId: string, startedAt: number): PlannedWorkplace {
  const name = worktreeName(taskId, startedAt);
  const isOurs = settings.worktrees.provider === 'git';
  return { name, place: isOurs ? { branch: taskBranch(taskId, startedAt), path: worktrees.pathOf(name) } : undefined };
}

/** The worktree that an attempt had begun with when its driver died. */
export function plannedBefore({ worktree, branch }: AttemptState): PlannedWorkplace | undefined {
  return worktree === undefined || branch === undefined ? undefined : { name: path.basename(worktree), place: { branch, path: worktree } };
}

const madeWorktree = z.strictObject({ path: z.string(), branch: z.string().optional() });
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
  const { effects, git } = context;
  const setup = context.journal.state.effects.get(`${attempt}/setup`);
  const intended: WorktreeIntent = planned.place ? { ...planned.place, base } : { name: planned.name, base };
  const evidence = await effects.run('worktree', `${attempt}/worktree`, intended, intent => addWorktree(context, intent), {
    schema: madeWorktree,
    async settle(intent) {
      if (!('path' in intent)) return settleProvided(context, intent);
      if (await isFreshWorktree(git, intent)) return { path: intent.path, branch: intent.branch };
      await discardUnfinishedWorktree(git, intent);
      return undefined;
    },
  });
  const made = { path: evidence.path, branch: evidence.branch ?? planned.place?.branch ?? '' };
  signal.throwIfAborted();
  await runSetup(context, attempt, made.path, signal, () => renewWorktree(context, made, base));
  if (setup?.state === 'done') await refuseGone(git, made.path, made.branch);
  return { directory: made.path, branch: made.branch, base };
}

/** Copies what `.worktreeinclude` names and runs the setup command, once; `renew`: what comes first when an earlier driver was cut off in it. */
export async function runSetup(
  context: RunContext,
  attempt: string,
  worktree: string,
  signal: AbortSignal,
  renew: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await context.effects.run('setup', `${attempt}/setup`, { path: worktree }, () => setUpWorktree(context, attempt, worktree, signal), {
    schema: setUp,
    async settle() {
      await context.endProcesses(attempt); // the command may run on without the driver that started it
      await renew();
      return undefined;
    },
  });
}

/** One whose place was chosen here, or one that the server is asked for. */
type WorktreeIntent = IntendedWorktree | ProvidedIntent;

async function addWorktree(context: RunContext, intent: WorktreeIntent): Promise<MadeWorktree> {
  if (!('path' in intent)) return addProvided(context, intent);
  const { path: place, branch, base } = intent;
  return { path: (await context.worktrees.add({ name: path.basename(place), branch, base })).path, branch };
}

/** Makes one anew in which nobody worked yet. */
async function renewWorktree(context: RunContext, { path: place, branch }: MadeWorktree, base: string): Promise<void> {
  const { git } = context;
  const intent = { path: place, branch, base };
  await discardUnfinishedWorktree(git, intent);
  // The server knows one of its own by its place; asked again, it would make another.
  const again = ['worktree', 'add', '--quiet', '--no-track', '-b', branch, place, base];
  await (isServerWorktree(place) ? git.whileLocked(() => git.run(again)) : addWorktree(context, intent));
}

/**
 * What an agent writes after somebody deleted its worktree makes a folder there that is none: git would find the repository around it.
 * @throws {AttemptError} `worktree-gone`
 */
export async function refuseGone(git: Git, worktree: string, branch: string): Promise<void> {
  const found = await stat(worktree).catch(() => undefined);
  const top = found?.isDirectory() === true ? await topOf(git, worktree) : undefined;
  if (top !== undefined && isSamePath(top, await realPathOf(worktree))) return;
  const later = found === undefined ? '' : ' What is in that folder now was written afterwards and stays there.';
  throw new AttemptError(
    'worktree-gone',
    `The worktree ${worktree} was removed, and with it what was not committed. Its branch ${branch} is kept; the task goes on from there.${later}`,
  );
}

/** The top of the checkout that a folder is in, by its real path; undefined when it is in none. */
async function topOf(git: Git, folder: string): Promise<string | undefined> {
  const { stdout, exitCode } = await git.run(['rev-parse', '--show-toplevel'], { cwd: folder, allowExit: [128] });
  return exitCode === 0 ? realPathOf(stdout.replace(/\r?\n$/, '')) : undefined;
}

async function setUpWorktree(context: RunContext, attempt: string, directory: string, signal: AbortSignal): Promise<z.infer<typeof setUp>> {
  const copied = await context.worktrees.copyIncluded(directory);
  const command = context.settings.worktrees.setup;
  if (command === undefined || command.length === 0) return { copied: [...copied], exitCode: null, tail: '' };
  const result = await runUserCommand(command, {
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
