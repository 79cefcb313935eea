import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../common/event';
import type { Logger } from '../../common/logger';
import { noCoordination, type CoordinationFacts } from '../../domain/reservations/threadCoordination';
import { Coordination } from '../files/coordination';
import { journalFolder } from '../journal/journalPaths';

/** Milliseconds between looks, for file systems that announce nothing and for reservations whose time ends. */
const interval = 1000;

/** Reads what agents have reserved and written; a file that cannot be read counts as empty, and is a problem of whoever writes to it. */
export async function readCoordination(coordination: Coordination, logger: Logger): Promise<CoordinationFacts> {
  const orNone = <T>(read: Promise<readonly T[]>): Promise<readonly T[]> =>
    read.catch((error: unknown) => {
      logger.warn(String(error));
      return [];
    });
  const [reservations, mails] = await Promise.all([orNone(coordination.reservations()), orNone(coordination.mails())]);
  return { stream: coordination.stream, reservations, mails };
}

/** Follows what the agents of one workstream at a time tell each other. */
export class CoordinationOfStream implements Disposable {
  private folder: string | undefined;
  private coordination: Coordination | undefined;
  private marks = '';
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly timer: NodeJS.Timeout;
  private isDisposed = false;
  private isLooking = false;
  facts: CoordinationFacts = noCoordination;

  constructor(
    private readonly logger: Logger,
    private readonly onChange: () => void,
  ) {
    this.timer = setInterval(() => void this.look(), interval).unref();
  }

  /** Takes in what is in the workstream's files at the call, if they changed since the one before. Never throws. */
  async follow(commonDir: string | undefined, streamId: string | undefined): Promise<void> {
    const folder = commonDir === undefined || streamId === undefined ? undefined : journalFolder(commonDir, streamId);
    if (folder !== this.folder) this.turnTo(folder);
    const { coordination } = this;
    if (!coordination || this.isDisposed) return;
    for (const file of coordination.files) this.watchFolderOf(file);
    const marks = await marksOf(coordination);
    if (marks === this.marks) return;
    const facts = await readCoordination(coordination, this.logger);
    if (coordination !== this.coordination) return;
    this.marks = marks;
    this.facts = facts;
  }

  dispose(): void {
    this.isDisposed = true;
    clearInterval(this.timer);
    this.closeWatchers();
  }

  private turnTo(folder: string | undefined): void {
    this.closeWatchers();
    this.folder = folder;
    this.coordination = folder === undefined ? undefined : new Coordination(folder);
    this.marks = '';
    this.facts = noCoordination;
  }

  private async look(): Promise<void> {
    const { coordination, marks } = this;
    if (!coordination || this.isLooking) return;
    this.isLooking = true;
    try {
      const changed = (await marksOf(coordination)) !== marks;
      const ended = this.facts.reservations.some(({ until }) => until <= Date.now());
      if (ended) this.marks = ''; // what is over is left out of what is read next
      if ((changed || ended) && !this.isDisposed) this.onChange();
    } finally {
      this.isLooking = false;
    }
  }

  private closeWatchers(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private watchFolderOf(file: string): void {
    if (this.watchers.has(file)) return;
    try {
      const watcher = watch(path.dirname(file), { persistent: false }, (_, name) => {
        if (name === null || name === path.basename(file)) void this.look();
      });
      watcher.on('error', () => {
        watcher.close();
        if (this.watchers.get(file) === watcher) this.watchers.delete(file);
      });
      this.watchers.set(file, watcher);
    } catch {
      // the folder is not there yet: the next look tries again
    }
  }
}

/** Differs whenever one of the files was replaced. */
async function marksOf({ files }: Coordination): Promise<string> {
  const facts = await Promise.all(files.map(file => stat(file, { bigint: true }).catch(() => undefined)));
  return facts.map(found => (found ? `${found.ino}:${found.size}:${found.mtimeNs}` : '-')).join(' ');
}
