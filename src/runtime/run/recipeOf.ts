import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { oneLine, stripControl, truncate } from '../../common/text';
import type { GivenVariables, RecipeStep } from '../../domain/recipes/recipe';
import { runUserCommand } from '../git/userCommand';
import type { SessionEnd } from '../opencode/sessionFollower';
import { RecipeError } from '../recipes/recipeError';
import { mostOutput, runSteps, type BashResult, type StepWorld } from '../recipes/runSteps';
import { stepPrompt } from '../recipes/stepPrompt';
import type { AssignedThread } from './assignments';
import type { StepAgent, Talk } from './attemptTalk';
import type { Speaker } from './conversation';
import { wasSuperseded } from './driver';
import type { RunContext } from './runContext';
import type { Workplace } from './workplace';

export type RecipeAttempt = {
  readonly attempt: string;
  readonly task: string;
  readonly assigned: AssignedThread;
  readonly workplace: Workplace;
  /** Who a step is told to that names an agent; undefined where nobody can be. */
  readonly speaker: (agent: string) => Speaker | undefined;
};

const bashEnd = z.strictObject({ exitCode: z.number().nullable(), timedOut: z.boolean(), output: z.string() });
const agentEnd = z.strictObject({ output: z.string() });

/** What an attempt of a thread with a recipe does in place of its prompt; undefined for one without. */
export function recipeOf(context: RunContext, work: RecipeAttempt): Talk['recipe'] {
  const { steps } = work.assigned;
  if (!steps) return undefined;
  return async (agent, signal) => {
    try {
      return await new RecipeRun(context, work, agent, signal).run(steps.map(step => ({ ...step, output: step.output })));
    } finally {
      // What left the group of its command; another driver's is not ours to end.
      if (!wasSuperseded(context.driver.lost)) {
        await context.endProcesses(work.attempt, work.assigned.grace).catch((error: unknown) => {
          context.logger.error(`what commands of ${work.attempt} left running may go on`, error);
        });
      }
    }
  };
}

/**
 * Every step is an effect: what an earlier driver came to the end of is not done again. A command that was cut off with its driver is
 * ended with all that it started, then run again, which is said; an agent's step goes on in its session.
 */
class RecipeRun {
  private last: SessionEnd = { kind: 'idle', lastText: '', sawOutput: true, messages: [] };
  private prompts = 0;

  constructor(
    private readonly context: RunContext,
    private readonly work: RecipeAttempt,
    private readonly agent: StepAgent,
    private readonly signal: AbortSignal,
  ) {}

  async run(steps: readonly RecipeStep[]): Promise<SessionEnd> {
    const { context, work } = this;
    const { assigned, workplace } = work;
    const { task, description, issue, branch } = assigned;
    const given: GivenVariables = {
      task,
      task_description: task,
      description,
      issue: String(issue),
      branch,
      worktree: workplace.directory,
      repo_path: workplace.directory,
    };
    const world: StepWorld = {
      bash: (number, command, env, limit) => this.bash(number, command, env, limit),
      agent: (number, text, limit, name) => this.tell(number, text, limit, name),
    };
    const isDone = await runSteps(steps, given, world, context.settings.recipes);
    if (isDone) {
      await this.report(`Followed the recipe ${assigned.recipe ?? ''}: ${steps.length} steps. ${firstLine(this.last.lastText)}`.trim());
    }
    context.logger.debug(`${work.attempt}: its recipe ended ${isDone ? 'with all steps done' : 'early'}`);
    return this.last;
  }

  private bash(number: number, command: string, env: Readonly<Record<string, string>>, limit: number): Promise<BashResult> {
    const { context, signal } = this;
    const { attempt, workplace } = this.work;
    const outputFile = path.join(context.journalFolder, 'logs', `${attempt.replace('#', '-')}-step-${number}.log`);
    const act = async () => {
      const { exitCode, timedOut, tail } = await runUserCommand(['bash', '-c', command], {
        cwd: workplace.directory,
        timeoutMs: limit,
        outputFile,
        env: { ...env, WORK_ATTEMPT: attempt, WORK_STREAM: context.streamId, WORK_ROOT: context.root },
        signal,
        endsItsChildren: true,
      });
      const whole = await readFile(outputFile, 'utf8').catch(() => '');
      return { exitCode, timedOut, output: stripControl(whole === '' ? tail : whole).slice(-mostOutput) };
    };
    return context.effects.run('step', `${attempt}/step/${number}`, { command }, act, {
      schema: bashEnd,
      settle: async () => {
        await context.endProcesses(attempt);
        this.tellCut(number, command);
        return undefined;
      },
    });
  }

  /** A command may have done half of its work: nobody can take that back for it, so that it is said where people look. */
  private tellCut(number: number, command: string): void {
    const { context, work } = this;
    const cut = `bash: ${truncate(oneLine(command), 200)}`;
    context.journal.append({ kind: 'attempt.resumed', attempt: work.attempt, cut, reason: `step ${number} of its recipe is run again` });
    context.observer.notice(
      `${work.task}: step ${number} of its recipe was cut off (${cut}); it is run again, in the worktree as the first time left it.`,
    );
  }

  private async tell(number: number, text: string, limit: AbortSignal, name: string | undefined): Promise<string | undefined> {
    const { context, work, agent } = this;
    const speaker = name === undefined ? undefined : work.speaker(name);
    if (name !== undefined && !speaker) {
      throw new RecipeError(`Step ${number} is for agent ${name}, which has no model that the server knows.`);
    }
    const told = (this.prompts += 1);
    const { directory, branch } = work.workplace;
    const prompt = stepPrompt({ text, task: work.task, worktree: directory, branch: branch ?? '', isFirst: told === 1 });
    const act = async () => {
      this.last = await agent.tell(told, prompt, limit, speaker);
      return { output: stripControl(this.last.lastText).slice(-mostOutput) };
    };
    const { output } = await context.effects.run('step', `${work.attempt}/step/${number}`, { prompt: told }, act, {
      schema: agentEnd,
      settle: () => Promise.resolve(undefined),
    });
    if (this.last.kind !== 'idle' || this.last.error) return undefined;
    const status = (await context.files.readTask(context.streamId, work.task))?.status;
    if (status === 'blocked' || status === 'cancelled') return undefined;
    // It may say that it is done with a step; the recipe says when the task is.
    if (status === 'completed') await context.files.updateTask(context.streamId, work.task, { status: 'in_progress' });
    return output;
  }

  private async report(report: string): Promise<void> {
    const { context, work } = this;
    await context.files.updateTask(context.streamId, work.task, { status: 'completed', report });
  }
}

const firstLine = (text: string) => stripControl(text).trim().split('\n')[0]?.slice(0, 300) ?? '';
