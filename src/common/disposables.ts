import type { Disposable } from './event';

/** Owns what is added to it; what is added after disposal is disposed at once. */
export class DisposableStore implements Disposable {
  private readonly items = new Set<Disposable>();
  private isDisposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.isDisposed) item.dispose();
    else this.items.add(item);
    return item;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const item of [...this.items].reverse()) item.dispose();
    this.items.clear();
  }
}
