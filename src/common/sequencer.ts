import { throwIfAborted } from './abort';

/** Runs the work of each key one after the other, in the order it was given; different keys do not wait for each other. */
export class Sequencer<K = string> {
  private readonly tails = new Map<K, Promise<unknown>>();

  /** Keys that still have work. */
  get size(): number {
    return this.tails.size;
  }

  /**
   * Gives the work's result. Work that failed does not block what waits behind it. Work whose signal is aborted when its
   * turn comes never starts and rejects with the signal's reason.
   */
  run<T>(key: K, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = (this.tails.get(key) ?? Promise.resolve()).then(() => {
      throwIfAborted(signal);
      return work();
    });
    const forget = () => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    };
    const tail: Promise<void> = turn.then(forget, forget);
    this.tails.set(key, tail);
    return turn;
  }
}
