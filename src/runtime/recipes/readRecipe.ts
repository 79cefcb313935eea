import path from 'node:path';
import { parseRecipe } from '../../domain/recipes/parseRecipe';
import { isRecipeName, recipeFolder, type Recipe } from '../../domain/recipes/recipe';
import type { SourceProblem } from '../../domain/sources/importedPlan';
import { readText } from '../files/readText';
import { RecipeError } from './recipeError';

/** The recipe of that name, from the main checkout; `problems` are warnings. @throws {RecipeError} that names where it was looked for, or every place in it that is wrong */
export async function readRecipe(
  root: string,
  name: string,
): Promise<{ readonly recipe: Recipe; readonly problems: readonly SourceProblem[] }> {
  if (!isRecipeName(name)) {
    throw new RecipeError(`${JSON.stringify(name)} cannot be a recipe's name: it is that of a file in ${recipeFolder}, without ".yaml".`);
  }
  const file = `${recipeFolder}/${name}.yaml`;
  const read = await readText(path.join(root, ...file.split('/')));
  if (read.kind === 'absent') throw new RecipeError(`There is no recipe ${name}: looked for ${file} in ${root}.`);
  if (read.kind === 'bad') throw new RecipeError(`Recipe ${file} cannot be read: ${read.message}.`);
  const { recipe, problems } = parseRecipe(read.text, name, file);
  if (recipe) return { recipe, problems };
  throw new RecipeError(
    problems
      .filter(({ severity }) => severity === 'error')
      .map(toldAt)
      .join(' '),
  );
}

/** `work/recipes/x.yaml:3:5: what is wrong` */
export function toldAt({ message, at }: SourceProblem): string {
  return at ? `${at.file}:${at.line}${at.column === undefined ? '' : `:${at.column}`}: ${message}` : message;
}
