import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isoTime, type Clock } from '../../common/clock';
import { withFileLock } from '../files/fileLock';
import { placeOf, shownPath, type BytePath } from '../git/bytePath';
import type { Git } from '../git/git';
import { exportFiles, indexEntries, mergeOnto } from '../git/mergeOnto';
import { gitlinkMode, type PathDifference } from '../git/pathDifferences';
import { findInTheWay } from './inTheWay';
import { ReviewError } from './reviewError';
import { copyState, isSameState, putState, stateOf } from './triedFiles';
import { TryFolder, type TriedFile, type TryRecord } from './tryRecord';

export type TryRequest = { readonly stream: string; readonly thread: string; readonly base: string; readonly tip: string };
export type TryResult = {
  /** What changed on the disk. */
  readonly files: readonly string[];
  /** Submodules, which only their own repository can bring. */
  readonly leftOut: readonly string[];
};

const patient = { retries: 28, shortest: 50, longest: 500 };

/**
 * Brings a thread's changes into the user's checkout as uncommitted ones, and takes them out again. Refs and the index stay as they
 * are. One try at a time; every byte that it replaces is kept until it is undone.
 */
export class TryOut {
  constructor(
    private readonly git: Git,
    private readonly clock: Clock,
  ) {}

  /** What is tried now, if anything. A try or undo that was killed half-way is undone by content first. */
  async current(): Promise<Pick<TryRecord, 'stream' | 'thread'> | undefined> {
    return this.locked(async folder => (await this.repaired(folder)) ?? undefined);
  }

  /** @throws {ReviewError} `busy`, `conflict`, `in-the-way`, `nothing-done`: nothing was changed. */
  async try(request: TryRequest): Promise<TryResult> {
    return this.locked(async folder => {
      const earlier = await this.repaired(folder);
      if (earlier) {
        throw new ReviewError('busy', `The changes of thread ${earlier.thread} are being tried. Undo that first, or keep them.`);
      }
      const { sha: head } = await this.git.head();
      if (head === undefined) throw new ReviewError('nothing-done', 'Your checkout has no commit yet to bring changes onto.');
      const merged = await mergeOnto(this.git, { base: request.base, theirs: request.tip, onto: head });
      if (merged.kind === 'conflict') {
        throw new ReviewError(
          'conflict',
          `The changes of thread ${request.thread} conflict with your checkout in ${merged.files.join(', ')}. Nothing was changed.`,
          merged.files,
        );
      }
      const isLink = ({ before, after }: PathDifference) => before?.mode === gitlinkMode || after?.mode === gitlinkMode;
      const changes = merged.changes.filter(change => !isLink(change));
      if (changes.length === 0) {
        throw new ReviewError('nothing-done', `Your checkout holds everything of thread ${request.thread} already.`);
      }
      await findInTheWay(this.git, changes);
      const record = await this.prepare(folder, request, head, merged.tree, changes);
      await this.bring(folder, record);
      return { files: names(changes), leftOut: names(merged.changes.filter(isLink)) };
    });
  }

  /**
   * Puts back what a try or an undoing that was killed half-way left, and gives what that was; undefined when there is none. A try
   * that stands is left alone. @throws {ReviewError} `changed` with what a person changed since: nothing was done.
   */
  async finish(): Promise<TryRecord | undefined> {
    const isCutOff = (record: TryRecord | undefined) => record !== undefined && record.state !== 'tried';
    const commonDir = await this.git.commonDir();
    if (!isCutOff(await new TryFolder(commonDir).read())) return undefined;
    return this.locked(async folder => {
      const record = await folder.read(); // whoever was at it may have ended it meanwhile
      await this.repaired(folder);
      return isCutOff(record) ? record : undefined;
    });
  }

  /** Everything as it was, byte for byte. @throws {ReviewError} `changed` with the files that are not as they were brought in: nothing was changed. */
  async undo(): Promise<TryRecord> {
    return this.locked(async folder => {
      const found = await folder.read();
      const record = await this.repaired(folder);
      if (!record && found) return found; // killed half-way: putting that back was all there was to undo
      if (!record) throw new ReviewError('nothing-done', 'Nothing is being tried, so there is nothing to undo.');
      await this.refuseStaged(record);
      await this.takeOut(folder, record, 'undoing');
      return record;
    });
  }

  /** The changes are the user's own from now on. */
  async keep(): Promise<void> {
    await this.locked(async folder => folder.clear());
  }

  private async locked<T>(work: (folder: TryFolder) => Promise<T>): Promise<T> {
    const commonDir = await this.git.commonDir();
    await mkdir(path.join(commonDir, 'work'), { recursive: true });
    return withFileLock(path.join(commonDir, 'work', 'try'), patient, () => work(new TryFolder(commonDir)));
  }

  private async repaired(folder: TryFolder): Promise<TryRecord | undefined> {
    const record = await folder.read();
    if (!record || record.state === 'tried') return record;
    await this.takeOut(folder, record, record.state);
    return undefined;
  }

  /** Keeps the bytes that are there, and makes those that come, before anything is touched. */
  private async prepare(
    folder: TryFolder,
    request: TryRequest,
    head: string,
    tree: string,
    changes: readonly PathDifference[],
  ): Promise<TryRecord> {
    await folder.begin();
    const out = path.join(folder.draft, 'out');
    const coming = changes.filter(({ after }) => after !== undefined).map(({ path: name }) => name);
    if (coming.length > 0) await exportFiles(this.git, { tree, paths: coming, folder: out, index: path.join(folder.draft, 'index') });
    const index = await indexEntries(this.git);
    const files: TriedFile[] = [];
    for (const [number, { path: name, after }] of changes.entries()) {
      const place = placeOf(this.git.root, name);
      const before = await stateOf(place);
      if (before) await copyState(place, folder.before(number, folder.draft));
      if (after) await copyState(placeOf(out, name), folder.after(number, folder.draft));
      const brought = after ? await stateOf(placeOf(out, name)) : null;
      files.push({ path: name, index: index.get(name)?.entry ?? null, before, after: brought });
    }
    const { stream, thread, base, tip } = request;
    const record: TryRecord = { version: 1, stream, thread, head, base, tip, at: isoTime(this.clock.now()), state: 'writing', files };
    await folder.write(record, folder.draft);
    await folder.publish();
    return record;
  }

  private async bring(folder: TryFolder, record: TryRecord): Promise<void> {
    const numbered = [...record.files.entries()];
    try {
      // What goes makes room: a folder may become a file.
      for (const [number, file] of [...numbered.filter(([, { after }]) => !after), ...numbered.filter(([, { after }]) => after)]) {
        if (!isSameState(await this.onDisk(file), file.before)) throw changedMeanwhile([file]);
        await putState(this.git.root, file.path, file.after ? folder.after(number) : undefined, modeOf(file));
      }
    } catch (error) {
      await this.takeOut(folder, record, 'writing');
      throw error;
    }
    await folder.write({ ...record, state: 'tried' });
  }

  /** What we brought goes, what was there comes back; what is neither is somebody's: then nothing is done. */
  private async takeOut(folder: TryFolder, record: TryRecord, state: TryRecord['state']): Promise<void> {
    const ours: [number, TriedFile][] = [];
    const others: TriedFile[] = [];
    for (const [number, file] of record.files.entries()) {
      const now = await this.onDisk(file);
      if (isSameState(now, file.after)) ours.push([number, file]);
      else if (!isSameState(now, file.before)) others.push(file);
    }
    if (others.length > 0) throw changedMeanwhile(others);
    await folder.write({ ...record, state });
    for (const [number, file] of [...ours.filter(([, { before }]) => !before), ...ours.filter(([, { before }]) => before)]) {
      await putState(this.git.root, file.path, file.before ? folder.before(number) : undefined, file.before?.mode);
    }
    await folder.clear();
  }

  /** What was staged or committed since is the user's. */
  private async refuseStaged({ files }: TryRecord): Promise<void> {
    const index = await indexEntries(this.git);
    const staged = files.filter(({ path: name, index: before }) => (index.get(name)?.entry ?? null) !== before);
    if (staged.length > 0) throw changedMeanwhile(staged);
  }

  private async onDisk({ path: name }: TriedFile): ReturnType<typeof stateOf> {
    return stateOf(placeOf(this.git.root, name));
  }
}

/** The permissions of the file that is replaced, with what git knows of them. */
function modeOf({ before, after }: TriedFile): number | undefined {
  if (!before || !after || before.kind === 'link') return undefined;
  const readable = before.mode & 0o666;
  return (after.mode & 0o100) === 0 ? readable : readable | ((readable & 0o444) >> 2);
}

function changedMeanwhile(files: readonly { readonly path: BytePath }[]): ReviewError {
  const paths = files.map(({ path: name }) => shownPath(name));
  return new ReviewError(
    'changed',
    `${paths.join(', ')} ${paths.length === 1 ? 'was' : 'were'} changed, staged or committed since. Nothing was changed: put ${paths.length === 1 ? 'it' : 'them'} back as ${paths.length === 1 ? 'it was' : 'they were'}, or keep what was tried.`,
    paths,
  );
}

const names = (changes: readonly PathDifference[]) => changes.map(({ path: name }) => shownPath(name)).sort();
