import type { Disposable } from '../common/event';

const interval = 150;
const atMost = 200;

/**
 * Gathers what changed and hands it over at most every 150 ms, as one list. More than 200 rows are replaced by their
 * parents; `undefined` (everything) when that does not help.
 */
export class ChangeFlush<T> implements Disposable {
  private readonly changed = new Set<T>();
  private all = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly parentOf: (element: T) => T | undefined,
    private readonly flush: (elements: T[] | undefined) => void,
  ) {}

  add(elements: 'all' | readonly T[]): void {
    if (elements === 'all') this.all = true;
    else for (const element of elements) this.changed.add(element);
    if (!this.all && this.changed.size === 0) return;
    this.timer ??= setTimeout(() => this.fire(), interval);
  }

  /** Everything is being drawn already: it need not be drawn once more, which would take rows from under the mouse. */
  drawnWhole(): void {
    this.all = false;
    if (this.changed.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Hands over what was gathered without waiting for the rest of the interval. */
  now(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.fire();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private fire(): void {
    this.timer = undefined;
    const elements = this.all ? undefined : this.condensed();
    this.changed.clear();
    this.all = false;
    this.flush(elements);
  }

  private condensed(): T[] | undefined {
    let elements = this.changed;
    while (elements.size > atMost) {
      const parents = new Set<T>();
      for (const element of elements) {
        const parent = this.parentOf(element);
        if (parent === undefined) return undefined;
        parents.add(parent);
      }
      elements = parents;
    }
    return [...elements];
  }
}
