import type { SourceProblem } from '../sources/importedPlan';

/** A command of `bash`, or words for the attempt's agent; both with `{{variables}}` that are not filled in yet. */
export type RecipeStep = {
  /** As the recipe names it, or its number. */
  readonly id: string;
  readonly kind: 'bash' | 'agent';
  readonly text: string;
  /** Who is told it, by name; undefined: the agent of the task. */
  readonly agent?: string | undefined;
  /** The variable that the steps after it find its output in. */
  readonly output: string | undefined;
};

export type Recipe = { readonly name: string; readonly steps: readonly RecipeStep[] };

/** With any error there is no recipe: nothing of it is run. */
export type RecipeReading = { readonly recipe: Recipe | undefined; readonly problems: readonly SourceProblem[] };

/** What every step can use; a plan's own threads have no issue, so that it is empty there. */
export const givenVariables = ['task', 'task_description', 'description', 'issue', 'branch', 'worktree', 'repo_path'] as const;
export type GivenVariables = Readonly<Record<(typeof givenVariables)[number], string>>;

/** Where recipes are looked for, from the repository's root. */
export const recipeFolder = 'work/recipes';

/** Whether a name can be a recipe's: nothing in it leads out of the folder of recipes. */
export const isRecipeName = (name: string) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name);
