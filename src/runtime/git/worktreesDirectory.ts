import path from 'node:path';

/** Where our worktrees of the repository at `root` are, absolute. `setting` is relative to it; `{repo}` stands for its name. */
export function worktreesDirectory(root: string, setting: string): string {
  return path.resolve(root, setting.replaceAll('{repo}', path.basename(root)));
}
