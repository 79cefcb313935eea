export type Disposable = { dispose(): void };
export type Event<T> = (listener: (value: T) => void) => Disposable;

/**
 * Announces facts to whoever subscribed. Keep the emitter private and publish its `event`.
 * A listener that throws does not keep the others from hearing; its error goes to `onListenerError`.
 */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Map<symbol, (value: T) => void>();

  constructor(private readonly onListenerError: (error: unknown) => void = rethrowLater) {}

  readonly event: Event<T> = listener => {
    const key = Symbol();
    this.listeners.set(key, listener);
    return { dispose: () => this.listeners.delete(key) };
  };

  get listenerCount(): number {
    return this.listeners.size;
  }

  fire(value: T): void {
    for (const listener of [...this.listeners.values()]) {
      try {
        listener(value);
      } catch (error) {
        this.onListenerError(error);
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
