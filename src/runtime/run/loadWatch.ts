import { DisposableStore } from '../../common/disposables';
import { Emitter, type Disposable, type Event } from '../../common/event';
import type { Limiter } from '../../common/limiter';
import { adaptLimit, fullLimit, saysOverload, type AdaptiveLimit, type LoadEvent } from '../../domain/run/adaptiveLimit';
import { isOverload } from '../../domain/run/retryPolicy';
import type { ServerEvent } from '../opencode/serverEvent';

/** Lets fewer agents begin while providers turn requests down, over all repositories, and more again when they answer. */
export class LoadWatch implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = this.owned.add(new Emitter<AdaptiveLimit>());
  private current: AdaptiveLimit;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly limiter: Limiter,
    events: { readonly onEvent: Event<ServerEvent> },
  ) {
    this.current = fullLimit(limiter.limit);
    this.owned.add(events.onEvent(event => this.heard(event)));
  }

  get state(): AdaptiveLimit {
    return this.current;
  }

  setSetting(setting: number): void {
    this.apply({ kind: 'setting', setting });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private heard(event: ServerEvent): void {
    if (this.limiter.running === 0) return; // somebody else's sessions, and none of ours that could be fewer
    const told = loadOf(event);
    if (told === 'overload') this.apply({ kind: 'overload', running: this.limiter.running });
    if (told === 'answer') this.apply({ kind: 'answer' });
  }

  private apply(event: LoadEvent): void {
    const { limit, setting } = this.current;
    this.current = adaptLimit(this.current, event);
    if (this.current.limit === limit && this.current.setting === setting) return;
    this.limiter.setLimit(this.current.limit);
    this.changed.fire(this.current);
  }
}

function loadOf(event: ServerEvent): 'overload' | 'answer' | undefined {
  switch (event.type) {
    case 'session.status': {
      const { status } = event.properties;
      return status.type === 'retry' && saysOverload(status.message) ? 'overload' : undefined;
    }
    case 'session.error': {
      const { error } = event.properties;
      return error?.name === 'APIError' && isOverload(error.data.statusCode) ? 'overload' : undefined;
    }
    case 'message.part.updated':
      return event.properties.part.type === 'step-finish' ? 'answer' : undefined;
    default:
      return undefined;
  }
}
