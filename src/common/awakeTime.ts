import type { Disposable } from './event';

/** Tells how many milliseconds have passed in which what is timed could have happened. */
export type AwakeClock = { now(): number };

export type AwakeTimeOptions = {
  /** Milliseconds between looks; at most two of them count as awake between one look and the next. */
  readonly tick?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
};

/** Counts the milliseconds during which the machine was awake and this program ran. Dispose of it to stop counting. */
export class AwakeTime implements AwakeClock, Disposable {
  private readonly tick: number;
  private readonly clock: () => number;
  private readonly timer: NodeJS.Timeout;
  private counted = 0;
  private last: number;

  constructor({ tick = 500, now = () => performance.now() }: AwakeTimeOptions = {}) {
    this.tick = tick;
    this.clock = now;
    this.last = now();
    this.timer = setInterval(() => this.now(), tick).unref();
  }

  /** Milliseconds since this was made, without those that the machine slept. */
  now(): number {
    const now = this.clock();
    this.counted += Math.min(now - this.last, 2 * this.tick);
    this.last = now;
    return this.counted;
  }

  dispose(): void {
    clearInterval(this.timer);
  }
}

/** Aborted when the machine was awake for so many milliseconds since it was made; never when they are 0. Dispose of it to stop counting. */
export class AwakeLimit implements Disposable {
  private readonly reached = new AbortController();
  private readonly time: AwakeTime | undefined;
  private readonly timer: NodeJS.Timeout | undefined;

  /** `reason`: what the signal is aborted with. */
  constructor(milliseconds: number, reason?: Error, options: AwakeTimeOptions = {}) {
    if (milliseconds <= 0) return;
    const tick = Math.min(options.tick ?? 500, milliseconds);
    const time = new AwakeTime({ ...options, tick });
    this.time = time;
    this.timer = setInterval(() => {
      if (time.now() < milliseconds) return;
      this.dispose();
      this.reached.abort(reason);
    }, tick);
  }

  get signal(): AbortSignal {
    return this.reached.signal;
  }

  dispose(): void {
    clearInterval(this.timer);
    this.time?.dispose();
  }
}
