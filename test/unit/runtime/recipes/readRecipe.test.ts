import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRecipe } from '../../../../src/runtime/recipes/readRecipe';
import { RecipeError } from '../../../../src/runtime/recipes/recipeError';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

describe('Recipes', () => {
  it('are found in work/recipes and nowhere else; what is missing or wrong is told with its place', async () => {
    const folder = await temporaryDirectory();
    try {
      const recipes = path.join(folder.path, 'work', 'recipes');
      await mkdir(recipes, { recursive: true });
      await writeFile(path.join(recipes, 'good.yaml'), '- bash: echo ok\n  retries: 1\n');
      await writeFile(path.join(recipes, 'bad.yaml'), '- bash: echo {{gone}}\n- id: x\n');
      await writeFile(path.join(folder.path, 'work', 'outside.yaml'), '- bash: echo ok\n');
      const { recipe, problems } = await readRecipe(folder.path, 'good');
      assert.deepEqual([recipe.steps.length, problems.length], [1, 1]);
      const refused = async (name: string, message: string) =>
        assert.rejects(readRecipe(folder.path, name), (error: unknown) => error instanceof RecipeError && error.message === message);
      await refused('gone', `There is no recipe gone: looked for work/recipes/gone.yaml in ${folder.path}.`);
      await refused('../outside', `"../outside" cannot be a recipe's name: it is that of a file in work/recipes, without ".yaml".`);
      await refused(
        'bad',
        'work/recipes/bad.yaml:1:9: Step "1" uses {{gone}}, which nothing before it gives. It can use: task, task_description, description, issue, branch, worktree, repo_path. work/recipes/bad.yaml:2:3: Step 2 must have either "bash" or "prompt".',
      );
    } finally {
      await folder.dispose();
    }
  });
});
