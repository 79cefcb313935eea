import type { Git } from './git';

export type CommitInfo = {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly title: string;
  /** `Name <address>` */
  readonly author: string;
  /** ISO time with the author's own offset. */
  readonly date: string;
};

export type FileChange = {
  /** With `/`, relative to the repository's root; of a renamed file the new name. */
  readonly path: string;
  readonly oldPath?: string | undefined;
  readonly kind: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'typeChanged';
  /** Lines; absent for binary files. */
  readonly additions?: number | undefined;
  readonly deletions?: number | undefined;
};

/** The commit a branch (short name) is at, or undefined when there is no such branch. */
export function branchTip(git: Git, branch: string): Promise<string | undefined> {
  return git.resolve(`refs/heads/${branch}`);
}

/** Commits that `head` holds and `base` does not, oldest first. */
export async function commitsBetween(git: Git, base: string, head: string): Promise<readonly CommitInfo[]> {
  const args = [
    'log',
    '--reverse',
    '--topo-order',
    '-z',
    '--format=%H%n%P%n%aN <%aE>%n%aI%n%s',
    '--end-of-options',
    `${base}..${head}`,
    '--',
  ];
  const { stdout } = await git.run(args);
  return stdout
    .split('\0')
    .filter(entry => entry !== '')
    .map(entry => {
      const [sha = '', parents = '', author = '', date = '', title = ''] = entry.split('\n');
      return { sha, parents: parents.split(' ').filter(parent => parent !== ''), title, author, date };
    });
}

const kinds: Readonly<Record<string, FileChange['kind']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'typeChanged',
};

/** What changed from one commit to the other, with line counts; a moved file is one change. */
export async function changedFiles(git: Git, base: string, head: string): Promise<readonly FileChange[]> {
  const { stdout } = await git.run(['diff-tree', '-r', '-M', '-z', '--raw', '--numstat', '--end-of-options', base, head, '--']);
  return parseChanges(stdout);
}

/**
 * What was done on a branch from one of its commits to another: without merges, the difference; where others' work was merged in,
 * its own commits one by one, and of a merge how it was resolved.
 */
export async function ownChanges(git: Git, base: string, head: string): Promise<readonly FileChange[]> {
  const args = ['rev-list', '--reverse', '--first-parent', '--parents', '--end-of-options', `${base}..${head}`, '--'];
  const commits = (await git.run(args)).stdout.split('\n').flatMap(line => (line === '' ? [] : [line.split(' ')]));
  if (commits.every(([, ...parents]) => parents.length < 2)) return changedFiles(git, base, head);
  const changes: FileChange[] = [];
  for (const [commit = '', ...parents] of commits) {
    if (parents.length === 1) changes.push(...(await changedFiles(git, parents[0] ?? '', commit)));
    else changes.push(...(await resolvedFiles(git, commit)));
  }
  return changes;
}

/** What a merge holds that git would not have made of its parents. */
async function resolvedFiles(git: Git, merge: string): Promise<readonly FileChange[]> {
  const args = ['show', '--remerge-diff', '-r', '-M', '-z', '--raw', '--numstat', '--format=', '--end-of-options', merge, '--'];
  return parseChanges((await git.run(args)).stdout.replace(/^[\0\n]+/, ''));
}

/** Reads `--raw --numstat -z`: first all raw entries, then all counts, both in the same order. */
export function parseChanges(output: string): readonly FileChange[] {
  const fields = output.split('\0');
  const found: { path: string; oldPath: string | undefined; kind: FileChange['kind'] }[] = [];
  const counts: [string, string][] = [];
  for (let index = 0; index < fields.length && fields[index] !== ''; index++) {
    const field = fields[index] ?? '';
    if (field.startsWith(':')) {
      const letter = field.split(' ')[4]?.slice(0, 1) ?? 'M';
      const isPair = letter === 'R' || letter === 'C';
      const oldPath = isPair ? fields[++index] : undefined;
      found.push({ path: fields[++index] ?? '', oldPath, kind: kinds[letter] ?? 'modified' });
    } else {
      const [additions = '-', deletions = '-', path] = field.split('\t');
      if (path === '') index += 2; // of a pair both names follow
      counts.push([additions, deletions]);
    }
  }
  return found.map((change, index) => {
    const [additions, deletions] = counts[index] ?? ['-', '-'];
    return { ...change, additions: lines(additions), deletions: lines(deletions) };
  });
}

const lines = (text: string) => (text === '-' ? undefined : Number(text));
