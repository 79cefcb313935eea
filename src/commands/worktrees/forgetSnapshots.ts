import type { CommandServices } from '../commandServices';
import type { PickedSnapshot } from './pickWorktree';

/**
 * Forgets removed worktrees for good, those of each repository at once, and looks at what is left. Ask first.
 * @throws as `Repository.forgetSnapshots`
 */
export async function forgetSnapshots(services: CommandServices, picked: readonly PickedSnapshot[]): Promise<void> {
  try {
    for (const root of new Set(picked.map(each => each.root))) {
      const snapshots = picked.filter(each => each.root === root).map(({ deleted }) => deleted);
      await services.runtime.repository(root).forgetSnapshots(snapshots);
    }
  } finally {
    await services.worktrees.refresh();
  }
}
