type Waiting = { readonly start: () => void };

/**
 * Runs at most `limit` pieces of work at once; the others wait in the order they came.
 * While paused, running work goes on and nothing new starts.
 */
export class Limiter {
  private readonly queue = new Set<Waiting>();
  private active = 0;
  private paused = false;
  private most: number;

  constructor(limit: number) {
    this.most = checked(limit);
  }

  get limit(): number {
    return this.most;
  }

  get running(): number {
    return this.active;
  }

  get waiting(): number {
    return this.queue.size;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** A lower limit takes effect as running work ends; nothing is stopped. */
  setLimit(limit: number): void {
    this.most = checked(limit);
    this.startNext();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.startNext();
  }

  /**
   * Waits for a turn, then runs `work` and gives its result. An abort while it waits rejects with the signal's reason and
   * gives the place away; once started, heeding the signal is the work's own business.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.turn(signal);
    try {
      return await work();
    } finally {
      this.active--;
      this.startNext();
    }
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const leave = () => {
        this.queue.delete(waiting);
        reject(signal?.reason as Error);
      };
      const waiting: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.queue.add(waiting);
      this.startNext();
    });
  }

  private startNext(): void {
    for (const waiting of this.queue) {
      if (this.paused || this.active >= this.most) return;
      this.queue.delete(waiting);
      this.active++;
      waiting.start();
    }
  }
}

function checked(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`a limit must be a whole number of at least 1, not ${limit}`);
  return limit;
}
