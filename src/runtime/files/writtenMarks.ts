import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { withFileLock } from './fileLock';
import { readText } from './readText';

/** The hashes of the texts that a file of ours may hold: the last one, and the one before while it is being replaced. */
const markSchema = z.object({ file: z.string(), hashes: z.array(z.string()) });
type Mark = z.infer<typeof markSchema>;

const foreignName = /^foreign-.*\.json$/;
/** A writer holds the lock for a moment only. */
const patience = { retries: 5, shortest: 20, longest: 200 };

/**
 * Tells whose a state file's text is: every program of ours marks the text that it puts there, under the file's lock. The marks lie
 * in `<git dir>/work/.written`, where the window, the command line and the plugin all find them. Without a git folder, and where no
 * program of ours ever wrote, nothing is foreign. A mark that cannot be written is no reason to fail.
 */
export class WrittenMarks {
  private folder: Promise<string | undefined> | undefined;

  /** `root`: the main checkout. */
  constructor(private readonly root: string) {}

  /** For the holder of the file's lock, before it replaces `before`: a text that is not ours would be gone unseen. */
  async note(file: string, before: string | undefined, after: string): Promise<void> {
    const known = await this.read(file);
    const old = before === undefined ? [] : [hashOf(before)];
    if (known && old.some(hash => !known.hashes.includes(hash))) await this.write(`foreign-${randomUUID()}.json`, this.mark(file, old));
    await this.write(this.nameOf(file), this.mark(file, [...old, hashOf(after)]));
  }

  /** Whatever the files hold now counts as known, and so does what was found before. */
  async accept(files: readonly string[]): Promise<void> {
    for (const mark of await this.foreignMarks()) await rm(mark, { force: true });
    for (const file of files) {
      const read = await readText(file);
      if (read.kind === 'ok') await this.write(this.nameOf(file), this.mark(file, [hashOf(read.text)]));
    }
  }

  /** Gives each file that held a text of somebody else's since the last look to `tell`; what `tell` throws leaves it to be told. */
  async tellForeign(files: readonly string[], tell: (file: string) => void): Promise<void> {
    const told = new Set<string>();
    const tellOnce = (file: string) => {
      if (!told.has(file)) tell(file);
      told.add(file);
    };
    for (const mark of await this.foreignMarks()) {
      const found = await readMark(mark);
      if (found) tellOnce(found.file);
      await rm(mark, { force: true });
    }
    for (const file of files) {
      if (await this.isKnown(file)) continue;
      // Somebody may just be replacing it.
      await withFileLock(file, patience, async () => {
        const read = await readText(file);
        if (read.kind !== 'ok' || (await this.isKnown(file))) return;
        tellOnce(this.relative(file));
        await this.write(this.nameOf(file), this.mark(file, [hashOf(read.text)]));
      });
    }
  }

  private async isKnown(file: string): Promise<boolean> {
    const read = await readText(file);
    if (read.kind !== 'ok') return true; // whoever needs it says so
    const known = await this.read(file);
    return known === undefined || known.hashes.includes(hashOf(read.text));
  }

  private relative(file: string): string {
    return path.relative(this.root, file).replaceAll(path.sep, '/');
  }

  private nameOf(file: string): string {
    return `${hashOf(this.relative(file))}.json`;
  }

  private mark(file: string, hashes: readonly string[]): Mark {
    return { file: this.relative(file), hashes: [...hashes] };
  }

  private async read(file: string): Promise<Mark | undefined> {
    const folder = await this.place();
    return folder === undefined ? undefined : readMark(path.join(folder, this.nameOf(file)));
  }

  private async foreignMarks(): Promise<readonly string[]> {
    const folder = await this.place();
    if (folder === undefined) return [];
    const names = await readdir(folder).catch(() => []);
    return names.filter(name => foreignName.test(name)).map(name => path.join(folder, name));
  }

  private async write(name: string, mark: Mark): Promise<void> {
    const folder = await this.place();
    if (folder === undefined) return;
    const temporary = path.join(folder, `.${randomUUID()}.tmp`);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(temporary, JSON.stringify(mark));
      await rename(temporary, path.join(folder, name));
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined); // a git folder that is read-only; the run says so
    }
  }

  private place(): Promise<string | undefined> {
    this.folder ??= gitFolder(this.root).then(folder => folder && path.join(folder, 'work', '.written'));
    return this.folder;
  }
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

async function readMark(file: string): Promise<Mark | undefined> {
  try {
    return markSchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Of a main checkout: its folder `.git`, or where the file of that name points to. */
async function gitFolder(root: string): Promise<string | undefined> {
  const own = path.join(root, '.git');
  const facts = await stat(own).catch(() => undefined);
  if (facts?.isDirectory() === true) return own;
  const pointer = facts && /^gitdir: (.+)$/m.exec(await readFile(own, 'utf8').catch(() => ''))?.[1];
  return pointer === undefined ? undefined : path.resolve(root, pointer);
}
