import { changeRange, type ChangeRange } from '../../domain/review/changeRange';
import { levelOf } from '../../domain/ids';
import { integrationBranch } from '../../domain/names';
import type { Git } from '../git/git';
import { changedFiles } from '../git/history';
import { differingFiles } from '../git/worktreeDiff';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import { isFolder } from '../onDisk';
import { ReviewError } from './reviewError';

/** One file of a review; `/` in paths. Of a moved one `from` is where it was. */
export type ReviewFile = {
  readonly path: string;
  readonly from?: string | undefined;
  readonly kind: 'added' | 'modified' | 'deleted' | 'renamed';
};

/** What was done at a node of the plan, between two commits or up to what is in a folder now. */
export type Review = {
  readonly stream: string;
  /** The id of a stage, batch, thread or task, or the workstream's own. */
  readonly node: string;
  /** The folder whose files these are: absolute, may be gone by now. */
  readonly folder: string;
  readonly base: string;
  /** Absent: the files as they are in `folder` now. */
  readonly head: string | undefined;
  /** In order of their paths; none when nothing differs. */
  readonly files: readonly ReviewFile[];
};

export type ReviewPlace = {
  readonly git: Git;
  readonly isTrusted: () => boolean;
};

/**
 * What was done at `node`, against what it began from: of a task its worktree's base, of a thread where its branch left the
 * integration branch, of a batch or stage the integration branch before its first merge, of a workstream the user's branch.
 * @throws {ReviewError} `nothing-done`, `commit-gone`, `untrusted` when files on the disk would have to be compared.
 */
export async function readReview({ git, isTrusted }: ReviewPlace, stream: string, node: string): Promise<Review> {
  const journal = await readJournal(journalFile(journalFolder(await git.commonDir(), stream)));
  const range = changeRange(journal, node);
  if (!range) throw nothingDone(node);
  const { folder, base, head } = await endsOf(git, stream, node, range);
  if (head === undefined && !isTrusted()) {
    throw new ReviewError('untrusted', `${node} is not committed yet, and this workspace is not trusted: only commits are compared in it.`);
  }
  return { stream, node, folder, base, head, files: await filesOf(git, folder, base, head) };
}

type Ends = Pick<Review, 'folder' | 'base' | 'head'>;

async function endsOf(git: Git, stream: string, node: string, range: ChangeRange): Promise<Ends> {
  switch (range.kind) {
    case 'attempts':
      return attemptEnds(git, stream, node, range);
    case 'merges':
      return {
        folder: git.root,
        base: await mustExist(git, range.before, node),
        head: await mustExist(git, range.after, node),
      };
    case 'workstream': {
      const head = await git.resolve(`refs/heads/${integrationBranch(stream)}`);
      if (head === undefined) {
        throw new ReviewError('commit-gone', `Branch ${integrationBranch(stream)} does not exist, so nothing of ${stream} can be shown.`);
      }
      const from = range.branch === null ? undefined : await mergeBase(git, `refs/heads/${range.branch}`, head);
      // What was delivered is in the user's branch: then what the workstream did since it began is shown.
      const base = from === undefined || from === head ? await mustExist(git, range.base, node) : from;
      return { folder: git.root, base, head };
    }
  }
}

async function attemptEnds(git: Git, stream: string, node: string, range: Extract<ChangeRange, { kind: 'attempts' }>): Promise<Ends> {
  const folder = range.worktree ?? git.root;
  const isLive = range.isOpen && (await isFolder(folder));
  if (!isLive && range.head === undefined) throw nothingDone(node);
  const head = isLive ? undefined : await mustExist(git, range.head ?? '', node);
  const tip = head ?? (await git.head(folder)).sha ?? range.base;
  const landedOn = isLive ? undefined : range.landedOn;
  const integration = landedOn ?? (await git.resolve(`refs/heads/${integrationBranch(stream)}`));
  const left = integration === undefined || range.worktree === undefined ? undefined : await mergeBase(git, integration, tip);
  const base = await mustExist(git, range.base, node);
  // Of a commit that is in the integration branch without our doing, only its beginning tells what was done.
  const isKnown = left !== undefined && (isLive || left !== tip);
  return { folder, head, base: isKnown ? await nearer(git, levelOf(node) === 'task', base, left) : base };
}

/** Where a thread's branch left the integration branch; of a task where it began, unless others' work was merged into it since. */
async function nearer(git: Git, isTask: boolean, base: string, left: string): Promise<string> {
  return !isTask || (await git.isAncestor(base, left)) ? left : base;
}

async function filesOf(git: Git, folder: string, base: string, head: string | undefined): Promise<readonly ReviewFile[]> {
  if (head === undefined) return differingFiles(git, folder, base);
  return (await changedFiles(git, base, head))
    .map(({ path, oldPath, kind }): ReviewFile => {
      if (kind === 'renamed') return { path, from: oldPath, kind };
      return { path, kind: kind === 'copied' || kind === 'added' ? 'added' : kind === 'deleted' ? 'deleted' : 'modified' };
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

async function mustExist(git: Git, commit: string, node: string): Promise<string> {
  const found = await git.resolve(commit);
  if (found !== undefined) return found;
  throw new ReviewError(
    'commit-gone',
    `Commit ${commit.slice(0, 10)} of ${node} is gone from this repository, so its changes cannot be shown.`,
  );
}

async function mergeBase(git: Git, left: string, right: string): Promise<string | undefined> {
  const { stdout, exitCode } = await git.run(['merge-base', '--end-of-options', left, right], { allowExit: [1, 128] });
  return exitCode === 0 ? stdout.trim() : undefined;
}

const nothingDone = (node: string) =>
  new ReviewError(
    'nothing-done',
    levelOf(node) === 'batch' || levelOf(node) === 'stage'
      ? `Nothing of ${node} has been merged yet. Look at the changes of one of its threads.`
      : `Nothing was changed in ${node} yet.`,
  );
