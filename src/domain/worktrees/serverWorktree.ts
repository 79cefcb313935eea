/**
 * Whether a path is one that the opencode server gives worktrees: `<its data>/opencode/worktree/<project>/<name>`, of either system.
 * Whose worktree it is says git alone.
 */
export function isServerWorktree(path: string): boolean {
  return /[\\/]opencode[\\/]worktree[\\/][^\\/]+[\\/][^\\/]+$/.test(path);
}
