import type { CommandServices } from './commandServices';

/** Takes away what an earlier program could not: worktrees whose files were held by somebody. They are out of git already. */
export async function finishRemovals({ runtime, onError }: CommandServices, roots: readonly string[]): Promise<void> {
  await Promise.all(
    roots.map(async root => {
      try {
        await runtime.repository(root).finishRemovals();
      } catch (error) {
        onError(error, 'finishing the removal of a worktree');
      }
    }),
  );
}
