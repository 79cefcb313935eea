import { AwakeLimit } from '../../common/awakeTime';
import { stripControl, truncate } from '../../common/text';
import type { RecipeStep } from '../../domain/recipes/recipe';
import { asBashCommand, fillIn, type Variables } from '../../domain/recipes/variables';
import { RecipeError } from './recipeError';

export type BashResult = { readonly exitCode: number | null; readonly timedOut: boolean; readonly output: string };

/** What a recipe needs of the attempt that it runs in. */
export type StepWorld = {
  /** Runs a command of `bash` for at most so many milliseconds; an earlier end of the same step is given again instead. */
  bash(number: number, command: string, env: Readonly<Record<string, string>>, limit: number): Promise<BashResult>;
  /**
   * Tells the agent a step and gives its last words; the same. Undefined: it stopped for good (an error, a report that it is blocked),
   * which is how the recipe ends.
   */
  agent(number: number, text: string, limit: AbortSignal, name: string | undefined): Promise<string | undefined>;
};

/** Seconds. */
export type StepLimits = Readonly<Record<'bash' | 'agent', number>>;

/** More of an output than a prompt or an environment should hold. */
export const mostOutput = 32_768;

/**
 * Carries the steps out one after the other, each with what the ones before it gave. False when the agent stopped for good.
 * @throws {RecipeError} for a command that fails or a step that takes too long; nothing after it is run
 */
export async function runSteps(steps: readonly RecipeStep[], given: Variables, world: StepWorld, limits: StepLimits): Promise<boolean> {
  const values: Record<string, string> = { ...given };
  for (const [index, step] of steps.entries()) {
    const output =
      step.kind === 'bash' ? await runBash(step, index + 1, values, world, limits) : await runAgent(step, index + 1, values, world, limits);
    if (output === undefined) return false;
    if (step.output !== undefined) values[step.output] = output.length > mostOutput ? output.slice(-mostOutput) : output;
  }
  return true;
}

async function runBash({ id, text }: RecipeStep, number: number, values: Variables, world: StepWorld, limits: StepLimits): Promise<string> {
  const { command, env } = asBashCommand(text, values);
  const { exitCode, timedOut, output } = await world.bash(number, command, env, limits.bash * 1000);
  if (timedOut) throw tooLong(id, limits.bash);
  const end = truncate(stripControl(output).trim().slice(-2000), 400);
  if (exitCode !== 0) throw new RecipeError(`Step "${id}" ended with exit code ${exitCode ?? 'none'}${end === '' ? '.' : `: ${end}`}`);
  return output.trim();
}

async function runAgent({ id, text, agent }: RecipeStep, number: number, values: Variables, world: StepWorld, limits: StepLimits) {
  const limit = new AwakeLimit(limits.agent * 1000, tooLong(id, limits.agent));
  try {
    return (await world.agent(number, fillIn(text, values), limit.signal, agent))?.trim();
  } finally {
    limit.dispose();
  }
}

const tooLong = (id: string, seconds: number) => new RecipeError(`Step "${id}" did not end within ${seconds} seconds.`);
