import { isKnownAgent, unknownAgent } from '../../domain/agents';
import { defaultRecipe, type MultitaskEntry } from '../../domain/multitask/multitaskConfig';
import type { MultitaskMode } from '../../domain/multitask/multitaskReport';
import type { RecipeStep } from '../../domain/recipes/recipe';
import type { WorkFiles } from '../files/workFiles';
import { readRecipe, toldAt } from '../recipes/readRecipe';
import { RecipeError } from '../recipes/recipeError';
import type { Wanted } from './makeWorkstream';

export type RecipePlace = { readonly root: string; readonly files: Pick<WorkFiles, 'readAgents'> };

export type RecipeRequest = {
  readonly mode: MultitaskMode;
  /** For the entries that name none. */
  readonly recipe: string | undefined;
  readonly tell: (line: string) => void;
};

/** A recipe that is not there, or is wrong, keeps its entries from being begun, and no others. */
export async function withRecipes(
  { root, files }: RecipePlace,
  entries: readonly MultitaskEntry[],
  { mode, recipe: asked, tell }: RecipeRequest,
): Promise<Wanted['entries']> {
  type Found = Pick<Wanted['entries'][number], 'steps' | 'problem'>;
  const plain: Found = { steps: null, problem: null };
  const found = new Map<string, Found>();
  const agents = await files.readAgents();
  const find = async (name: string, isNamed: boolean): Promise<Found> => {
    try {
      const { recipe, problems } = await readRecipe(root, name);
      for (const problem of problems) tell(`warning: ${toldAt(problem)}`);
      const stranger = recipe.steps.find(({ agent }) => agent !== undefined && !isKnownAgent(agent, agents));
      if (stranger?.agent !== undefined) {
        return {
          steps: null,
          problem: `Recipe ${name}, step "${stranger.id}": ${unknownAgent(stranger.agent, agents.source).replace(/\.?$/, '.')}`,
        };
      }
      return { steps: recipe.steps.map(plainStep), problem: null };
    } catch (error) {
      if (!(error instanceof RecipeError)) throw error;
      if (isNamed || !error.message.startsWith('There is no recipe')) return { steps: null, problem: error.message };
      tell(`${error.message} Entries that name no recipe are given their task in one prompt.`);
      return plain;
    }
  };
  const resolved: Wanted['entries'][number][] = [];
  for (const entry of entries) {
    const name = entry.recipe ?? asked ?? defaultRecipe;
    const isNamed = (entry.recipe ?? asked) !== undefined;
    const key = `${isNamed} ${name}`;
    if (mode === 'recipe' && !found.has(key)) found.set(key, await find(name, isNamed));
    resolved.push({ ...entry, recipe: mode === 'recipe' ? name : null, ...(mode === 'recipe' ? (found.get(key) ?? plain) : plain) });
  }
  return resolved;
}

/** As it is kept in the record: without what it has not. */
const plainStep = ({ agent, output, ...step }: RecipeStep) => ({
  ...step,
  ...(agent === undefined ? {} : { agent }),
  ...(output === undefined ? {} : { output }),
});
