import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { Disposable } from '../../common/event';
import type { Logger } from '../../common/logger';

/** Writes a growing number into a file, so that other machines see that we live. */
export class Heartbeat implements Disposable {
  private readonly timer: NodeJS.Timeout;
  private writing = Promise.resolve();
  private count = 0;
  private hasFailed = false;

  private constructor(
    private readonly handle: FileHandle,
    private readonly logger: Logger,
    every: number,
    onBeat: () => void,
  ) {
    this.timer = setInterval(() => {
      this.beat();
      onBeat();
    }, every).unref();
    this.beat();
  }

  /** `every`: milliseconds. Throws what the file system throws. */
  static async start(file: string, logger: Logger, every: number, onBeat: () => void): Promise<Heartbeat> {
    return new Heartbeat(await open(file, 'w'), logger, every, onBeat);
  }

  dispose(): void {
    clearInterval(this.timer);
    void this.writing.then(() => this.handle.close());
  }

  /** In place and of one length: a full disk has room for it, and no reader meets an empty file. */
  private beat(): void {
    const text = String(++this.count).padStart(15, '0');
    this.writing = this.writing.then(async () => {
      try {
        await this.handle.write(text, 0);
      } catch (error) {
        if (!this.hasFailed) this.logger.warn(`the driver's heartbeat cannot be written: ${String(error)}`);
        this.hasFailed = true;
      }
    });
  }
}

/** What a watcher of a heartbeat remembers: the count it saw, and when it changed by the watcher's own clock. */
type Seen = { readonly count: string; readonly since: number; readonly hasBeaten: boolean };

/** Tells from a heartbeat file whether its writer lives, by the watcher's own monotonic clock alone. */
export class HeartbeatWatch {
  private readonly seen = new Map<string, Seen>();

  constructor(
    /** Milliseconds. */ private readonly silence: number,
    /** Milliseconds of a clock that only goes forward. */ private readonly monotonic: () => number,
  ) {}

  /** `undecided` until it was seen to beat, or was silent for long enough. */
  async look(file: string): Promise<'alive' | 'dead' | 'undecided'> {
    const count = await readFile(file, 'utf8').catch(() => '');
    const now = this.monotonic();
    const before = this.seen.get(file);
    if (count !== before?.count) {
      this.seen.set(file, { count, since: now, hasBeaten: before !== undefined });
      return before ? 'alive' : 'undecided';
    }
    if (now - before.since >= this.silence) return 'dead';
    return before.hasBeaten ? 'alive' : 'undecided';
  }
}
