import { isWithin } from '../../domain/ids';
import type { Disposable } from '../../common/event';

/** Why work was stopped: a person asked for it. What was running returns to pending. */
export class StopRequested extends Error {
  override readonly name = 'AbortError';

  constructor(readonly target: string) {
    super(`${target} was stopped`);
  }
}

/** Whoever stops the server means its agents too. */
export const serverStopped = new StopRequested('The opencode server');

/** Why a signal was aborted, as far as it says. */
export function stopReason({ reason }: AbortSignal): string {
  return reason instanceof StopRequested ? reason.message : 'stopped';
}

/** Everything that runs, by the id of its batch, thread or task, so that any level of it can be stopped. */
export class StopSwitches {
  private readonly controllers = new Map<string, AbortController>();

  /** A signal for `id` that follows `parent` too. Dispose of it when the work has ended. */
  open(id: string, parent: AbortSignal): Disposable & { readonly signal: AbortSignal } {
    const controller = new AbortController();
    this.controllers.set(id, controller);
    return {
      signal: AbortSignal.any([parent, controller.signal]),
      dispose: () => {
        if (this.controllers.get(id) === controller) this.controllers.delete(id);
      },
    };
  }

  /** Stops `id` and everything below it; false when nothing of it runs. */
  stop(id: string): boolean {
    const running = [...this.controllers].filter(([key]) => isWithin(key, id));
    running.forEach(([, controller]) => controller.abort(new StopRequested(id)));
    return running.length > 0;
  }

  isRunning(id: string): boolean {
    return this.controllers.has(id);
  }

  get running(): readonly string[] {
    return [...this.controllers.keys()];
  }
}
