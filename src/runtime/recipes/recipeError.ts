/** A recipe that cannot be read or went wrong; its message says which step, and what to do. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
}
