import type { Disposable } from './event';

export type AwakeTimeOptions = {
  /** Milliseconds between looks; at most two of them count as awake between one look and the next. */
  readonly tick?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
};

/** Counts the milliseconds during which the machine was awake and this program ran. Dispose of it to stop counting. */
export class AwakeTime implements Disposable {
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
