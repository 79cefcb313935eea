import type { AwakeClock } from '../../common/awakeTime';

/** Milliseconds within which a server that keeps up answers. */
const promptly = 1000;

/**
 * Counts the time in which an agent could be heard: without that in which the event stream was broken, and without that in which
 * the server was late with an answer, for then its events are late too. What is silent otherwise is silent itself.
 */
export class HeardTime implements AwakeClock {
  private lost = 0;
  private latest = 0;
  private askedAt: number | undefined;
  private deafAt: number | undefined;

  constructor(private readonly time: AwakeClock) {}

  /** Never goes back, although it is known of an answer only later that it is late. */
  now(): number {
    this.latest = Math.max(this.latest, this.time.now() - this.unheard);
    return this.latest;
  }

  /** Milliseconds in which nothing could be heard, since this was made. */
  get unheard(): number {
    const at = this.time.now();
    return this.lost + Math.max(0, at - this.unheardSince(at));
  }

  /** The server was asked something. */
  asked(): void {
    this.askedAt ??= this.time.now();
  }

  answered(): void {
    this.settle();
    this.askedAt = undefined;
  }

  /** The event stream broke, or listens again. */
  setDeaf(isDeaf: boolean): void {
    if (isDeaf === (this.deafAt !== undefined)) return;
    this.settle();
    this.deafAt = isDeaf ? this.time.now() : undefined;
  }

  private unheardSince(at: number): number {
    const late = this.askedAt !== undefined && at - this.askedAt > promptly ? this.askedAt : Infinity;
    return Math.min(late, this.deafAt ?? Infinity);
  }

  /** Takes down what was lost so far, so that what goes on of it is not counted again. */
  private settle(): void {
    const at = this.time.now();
    const since = this.unheardSince(at);
    if (since === Infinity) return;
    this.lost += at - since;
    if (this.askedAt !== undefined) this.askedAt = at;
    if (this.deafAt !== undefined) this.deafAt = at;
  }
}
