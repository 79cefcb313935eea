import { oneLine } from '../../common/text';

/** Why a worktree is locked by us, as `git worktree list` shows it: what is done there, and by which process. */
export const lockReason = (purpose: string, pid: number) => `work: ${oneLine(purpose)} (process ${pid})`;

/** Undefined for a lock that somebody else set. */
export function parseLockReason(reason: string): { readonly purpose: string; readonly pid: number } | undefined {
  const match = /^work: (.*) \(process (\d+)\)$/.exec(reason);
  return match ? { purpose: match[1] ?? '', pid: Number(match[2]) } : undefined;
}
