import { readFile, readlink, rmdir, rm } from 'node:fs/promises';
import { placeOf, shownPath, type BytePath } from './bytePath';
import { removeEmptyFolders } from './emptyFolders';
import { blobId } from './fileHash';
import type { Git } from './git';
import { isGitError } from './gitError';
import { statsOf } from './inTheWay';
import { gitlinkMode, indexEntries, isSameEntry, linkMode, nulList, type PathDifference, type TreeEntry } from './pathDifferences';

/** A path that a cut-off move left behind: in the index, on the disk, or in both. */
type LeftOver = { readonly difference: PathDifference; readonly inIndex: boolean; readonly onDisk: boolean };

/** What a move from one commit to another left of itself in a checkout whose HEAD it did not reach. */
export type HalfWay = {
  readonly leftOver: readonly LeftOver[];
  /** Paths that hold neither what the one commit has there nor what the other has: somebody's own work. */
  readonly foreign: readonly string[];
};

/**
 * Tells by content what a cut-off move left: what is as before is left alone, what is as after the move (or a beginning of it, or
 * gone where git was about to write) is the move's, anything else is a person's. Changes nothing.
 */
export async function lookHalfWay(git: Git, checkout: string, differences: readonly PathDifference[]): Promise<HalfWay> {
  const index = await indexEntries(git, checkout);
  const disk = await diskContents(git, checkout, differences);
  const leftOver: LeftOver[] = [];
  const foreign: string[] = [];
  for (const difference of differences) {
    const { path: name, before, after } = difference;
    const entry = index.get(name);
    const inIndex = entry !== 'unmerged' && !isSameEntry(entry, before) && isSameEntry(entry, after);
    const isForeignEntry = entry === 'unmerged' || !(inIndex || isSameEntry(entry, before));
    const state = await diskState(git, checkout, difference, disk.get(name));
    if (isForeignEntry || state === 'foreign') foreign.push(shownPath(name));
    else if (inIndex || state === 'after') leftOver.push({ difference, inIndex, onDisk: state === 'after' });
  }
  return { leftOver, foreign };
}

/** Brings index and files back to what they were before the move, for exactly what it left. @throws {GitError} */
export async function putBack(git: Git, checkout: string, leftOver: readonly LeftOver[]): Promise<void> {
  const entries = leftOver.filter(({ inIndex }) => inIndex).map(({ difference }) => difference);
  if (entries.length > 0) {
    // Mode 0 takes an entry out, whatever its object.
    const lines = entries.map(({ path: name, before, after }) => `${before?.mode ?? '0'} ${(before ?? after)?.object ?? ''}\t${name}`);
    await git.bytes(['update-index', '-z', '--index-info'], nulList(lines), { cwd: checkout });
  }
  const onDisk = leftOver.filter(each => each.onDisk).map(({ difference }) => difference);
  for (const { path: name, before, after } of onDisk) {
    if (after?.mode === gitlinkMode) await rmdir(placeOf(checkout, name)).catch(() => undefined);
    else if (!before) await rm(placeOf(checkout, name), { force: true });
    if (!before) await removeEmptyFolders(checkout, name);
  }
  const files = onDisk.filter(({ before }) => before && before.mode !== gitlinkMode).map(({ path: name }) => name);
  if (files.length > 0) await git.bytes(['checkout-index', '--force', '--index', '-z', '--stdin'], nulList(files), { cwd: checkout });
}

type DiskContent = {
  /** As git would keep it; undefined where nothing, or no file, is there. */
  readonly entry: TreeEntry | undefined;
  readonly isFolder: boolean;
};

async function diskState(
  git: Git,
  checkout: string,
  { path: name, before, after }: PathDifference,
  { entry, isFolder }: DiskContent = { entry: undefined, isFolder: false },
): Promise<'before' | 'after' | 'foreign'> {
  const links = [before?.mode === gitlinkMode, after?.mode === gitlinkMode];
  if (links[0] === true || (isFolder && links[1] === true)) return links[0] === true ? 'before' : 'after'; // git writes no files there
  if (entry === undefined) return before ? 'after' : 'before';
  if (isSameEntry(entry, before)) return 'before';
  if (isSameEntry(entry, after)) return 'after';
  return after && (await isBeginning(git, checkout, name, after)) ? 'after' : 'foreign';
}

/** Whether the file holds nothing but a beginning of what git was writing there. */
async function isBeginning(git: Git, checkout: string, name: BytePath, { mode, object }: TreeEntry): Promise<boolean> {
  if (mode === linkMode || mode === gitlinkMode) return false;
  const content = await readFile(placeOf(checkout, name));
  if (content.length === 0) return true;
  const isBeginningOf = (whole: Buffer) => content.length <= whole.length && whole.subarray(0, content.length).equals(content);
  if (isBeginningOf((await git.bytes(['cat-file', 'blob', object])).stdout)) return true;
  try {
    const filtered = await git.bytes(['cat-file', '--filters', `--path=${shownPath(name)}`, object], undefined, { cwd: checkout });
    return isBeginningOf(filtered.stdout);
  } catch (error) {
    if (isGitError(error)) return false; // the filter that failed then may fail now
    throw error;
  }
}

async function diskContents(
  git: Git,
  checkout: string,
  differences: readonly PathDifference[],
): Promise<ReadonlyMap<BytePath, DiskContent>> {
  const contents = new Map<BytePath, DiskContent>();
  const files: { readonly path: BytePath; readonly mode: string }[] = [];
  const fileMode = await git.run(['config', '--type=bool', '--get', 'core.fileMode'], { allowExit: [1, 128] });
  const knowsModes = process.platform !== 'win32' && fileMode.stdout.trim() !== 'false';
  const format = (await git.run(['rev-parse', '--show-object-format'])).stdout.trim() === 'sha256' ? 'sha256' : 'sha1';
  for (const { path: name, before, after } of differences) {
    const stats = await statsOf(checkout, name);
    if (!stats || (await isBelowLink(checkout, name))) continue;
    if (stats.isDirectory()) contents.set(name, { entry: undefined, isFolder: true });
    else if (stats.isSymbolicLink()) {
      const object = blobId(await readlink(placeOf(checkout, name), 'buffer'), format);
      contents.set(name, { entry: { mode: linkMode, object }, isFolder: false });
    } else {
      // Where the disk knows no executable files, a file has the mode that git gave it.
      const told = knowsModes ? undefined : (before ?? after)?.mode;
      files.push({ path: name, mode: told ?? ((stats.mode & 0o100) === 0 ? '100644' : '100755') });
    }
  }
  const objects = await hashFiles(
    git,
    checkout,
    files.map(file => file.path),
  );
  files.forEach(({ path: name, mode }, position) => {
    contents.set(name, { entry: { mode, object: objects[position] ?? '' }, isFolder: false });
  });
  return contents;
}

/** The ids that git would give the files, as its filters would keep them; as they are where a filter fails. */
async function hashFiles(git: Git, checkout: string, paths: readonly BytePath[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const input = Buffer.from(paths.map(name => `${quoted(name)}\n`).join(''), 'latin1');
  const hash = async (...options: readonly string[]) =>
    (await git.bytes(['hash-object', ...options, '--stdin-paths'], input, { cwd: checkout })).stdout.toString().trim().split('\n');
  try {
    return await hash();
  } catch (error) {
    if (!isGitError(error, 'failed')) throw error;
    return hash('--no-filters');
  }
}

/** As git writes a name that could be misread on a line of its own. */
const quoted = (name: BytePath) => `"${name.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}"`;

/** A link among the folders above leads elsewhere: what is there is not what git wrote. */
async function isBelowLink(checkout: string, name: BytePath): Promise<boolean> {
  for (let cut = name.indexOf('/'); cut >= 0; cut = name.indexOf('/', cut + 1)) {
    if ((await statsOf(checkout, name.slice(0, cut)))?.isSymbolicLink() === true) return true;
  }
  return false;
}
