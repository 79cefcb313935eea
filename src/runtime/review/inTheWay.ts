import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { parentOf, placeOf, shownPath, type BytePath } from '../git/bytePath';
import type { Git } from '../git/git';
import { dirtyPaths, indexEntries } from '../git/mergeOnto';
import type { PathDifference } from '../git/pathDifferences';
import { readWorktreeStatus } from '../git/worktreeStatus';
import { ReviewError } from './reviewError';
import { filesBelow } from './triedFiles';

/**
 * Makes sure that these changes of HEAD's files touch nothing of the user's: neither changed nor staged, untracked or ignored files.
 * @throws {ReviewError} `in-the-way` with every such path, `busy` while git is in the middle of something
 */
export async function findInTheWay(git: Git, changes: readonly PathDifference[]): Promise<void> {
  await refuseOperation(git);
  const [index, dirty] = [await indexEntries(git), await dirtyPaths(git)];
  const going = new Set(changes.filter(({ after }) => after === undefined).map(({ path: name }) => name));
  const found = new Set<BytePath>();
  for (const { path: name, before } of changes) {
    const known = index.get(name);
    const isAsInHead = (known?.entry ?? null) === (before ? `${before.mode} ${before.object}` : null) && (known?.stage ?? '0') === '0';
    // A small letter: git was told not to look at it; S: it is not checked out.
    const isSeen = known === undefined || known.letter === 'H';
    if (!isAsInHead || !isSeen || dirty.has(name)) found.add(name);
    else for (const each of await onDisk(git.root, name, before !== undefined, going)) found.add(each);
  }
  if (found.size === 0) return;
  const paths = [...found].map(shownPath).sort();
  throw new ReviewError(
    'in-the-way',
    `${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'} in the way: yours, and not committed. Nothing was changed. Commit or move ${paths.length === 1 ? 'it' : 'them'}, then try again.`,
    paths,
  );
}

async function refuseOperation(git: Git): Promise<void> {
  const { operation, conflicts } = await readWorktreeStatus(git, git.root);
  if (operation !== undefined || conflicts > 0) {
    throw new ReviewError('busy', `A ${operation ?? 'merge'} is going on in your checkout. Finish or abort it first; nothing was changed.`);
  }
  const lock = path.join(await git.commonDir(), 'index.lock');
  if (await isThere(Buffer.from(lock))) {
    throw new ReviewError('busy', `Another git command is at work: ${lock} exists. Nothing was changed.`);
  }
}

/** What stands where a file is to come or to go, and is not the file that git knows there. */
async function onDisk(root: string, name: BytePath, isKnown: boolean, going: ReadonlySet<BytePath>): Promise<readonly BytePath[]> {
  for (let folder = parentOf(name); folder !== ''; folder = parentOf(folder)) {
    const facts = await lstat(placeOf(root, folder)).catch(() => undefined);
    if (facts && !facts.isDirectory() && !going.has(folder)) return [folder];
  }
  const facts = await lstat(placeOf(root, name)).catch(() => undefined);
  if (facts?.isDirectory() === true) {
    const inside = await filesBelow(root, name);
    const others = inside.filter(file => !going.has(file));
    return others.length > 0 || inside.length === 0 ? (others.length > 0 ? others : [name]) : [];
  }
  return facts !== undefined && !isKnown ? [name] : [];
}

const isThere = (place: Buffer) =>
  lstat(place).then(
    () => true,
    () => false,
  );
