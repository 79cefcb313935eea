import { isStateFile } from '../../domain/files/stateFiles';
import { resolveByRule, type ResolutionRule } from '../../domain/merge/conflictRules';
import type { Git } from './git';
import { gitFailure } from './gitError';
import { replaceInTree, splitNul, type TreeEntry } from './replaceInTree';
import { unmergedPaths, type Entry, type UnmergedPath } from './unmergedPaths';

export type TreeMerge = {
  readonly onto: string;
  readonly theirs: string;
  /** A worktree that has `onto` checked out: its `.gitattributes` decide how files merge. */
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
};

export type RuledFile = { readonly path: string; readonly rule: ResolutionRule };
export type MergedTrees = {
  /** Holds conflict markers in `conflicts`. */
  readonly tree: string;
  /** State files of `work/` are not among them. */
  readonly conflicts: readonly string[];
  /** Conflicts in which one side lost nothing, in the order of their names. */
  readonly byRule: readonly RuledFile[];
};

/**
 * Merges two commits into a tree without moving a ref or touching a file, and resolves what a rule can.
 * @throws {GitError} `unknown-revision`; `failed` when the two have no common history.
 */
export async function mergeTrees(git: Git, request: TreeMerge): Promise<MergedTrees> {
  const { onto, theirs, cwd, signal } = request;
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', onto, theirs];
  const { stdout, stderr, exitCode } = await git.bytes(args, undefined, { cwd, allowExit: [1], signal });
  const [first = Buffer.alloc(0), ...entries] = splitNul(stdout);
  const tree = first.toString();
  // git 2.39 answers a revision it does not know like a conflict, but without a tree.
  if (!/^[0-9a-f]{40,64}$/.test(tree)) throw gitFailure(args, cwd, exitCode, stderr);
  const conflicted = unmergedPaths(entries).filter(({ name }) => !isStateFile(name.toString()));
  const chosen: (TreeEntry & { readonly rule: ResolutionRule })[] = [];
  const conflicts: string[] = [];
  for (const { name, stages } of conflicted) {
    const ruled = await ruledEntry(git, name.toString(), stages);
    if (ruled) chosen.push({ ...ruled, path: name });
    else conflicts.push(name.toString());
  }
  const byRule = chosen.map(({ path, rule }) => ({ path: path.toString(), rule })).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (conflicts.length > 0 || chosen.length === 0) return { tree, conflicts, byRule: [] };
  return { tree: await replaceInTree(git, { tree, entries: chosen, signal }), conflicts, byRule };
}

/** Only for ordinary files with the same mode everywhere; one that a side deleted is never chosen. */
async function ruledEntry(
  git: Git,
  path: string,
  stages: UnmergedPath['stages'],
): Promise<(Entry & { readonly rule: ResolutionRule }) | undefined> {
  const [base, ours, theirs] = [stages.get(1), stages.get(2), stages.get(3)];
  if (!ours || !theirs || !/^100(644|755)$/.test(ours.mode) || ours.mode !== theirs.mode) return undefined;
  if (base && base.mode !== ours.mode) return undefined;
  const text = async ({ object }: { readonly object: string }) => (await git.bytes(['cat-file', 'blob', object])).stdout.toString('latin1');
  const ruled = resolveByRule(path, {
    base: base && (await text(base)),
    ours: await text(ours),
    theirs: await text(theirs),
  });
  return ruled && { ...{ ours, theirs }[ruled.side], rule: ruled.rule };
}
