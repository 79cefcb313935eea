import { AwakeTime } from '../../common/awakeTime';
import type { Disposable, Event } from '../../common/event';
import { count } from '../../common/text';

/** Why an attempt was ended from outside: its agent went silent, or took longer than it may. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';

  constructor(
    readonly limit: 'idle' | 'attempt',
    seconds: number,
  ) {
    super(
      limit === 'idle'
        ? `The agent did nothing for ${count(seconds, 'second')} (work.limits.idle) and was stopped. Its worktree is kept; run the task again.`
        : `The agent was not done after ${count(seconds, 'second')} (work.limits.attempt) and was stopped. Its worktree is kept; run the task again.`,
    );
  }
}

export type LimitOptions = {
  /** Seconds; 0 for no limit. */
  readonly idle: number;
  /** Seconds; 0 for no limit. */
  readonly attempt: number;
  /** The agent asked something: silence is then not its own. */
  readonly isWaiting: () => boolean;
  /** It may not go on until somebody says so: its time stands still. */
  readonly isPaused?: () => boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
};

const tick = 500;

/**
 * Counts the time of one attempt, without that in which the machine sleeps: the ends that come even where the monitor cannot say
 * what an agent does. Dispose of it at the attempt's end.
 */
export class AttemptLimits implements Disposable {
  private readonly reached = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly time: AwakeTime;
  private followers = 0;
  private last: number;
  private silent = 0;
  private passed = 0;

  constructor(private readonly options: LimitOptions) {
    this.time = new AwakeTime({ tick, ...(options.now ? { now: options.now } : {}) });
    this.last = this.time.now();
    this.timer = setInterval(() => this.count(), tick);
  }

  /** Aborted with `LimitReached` as its reason. */
  get signal(): AbortSignal {
    return this.reached.signal;
  }

  /** Until it is disposed, silence counts; each of these events breaks it. */
  listen(...signs: readonly Event<unknown>[]): Disposable {
    this.followers += 1;
    this.silent = 0;
    const subscriptions = signs.map(sign => sign(() => (this.silent = 0)));
    return {
      dispose: () => {
        this.followers -= 1;
        subscriptions.forEach(subscription => subscription.dispose());
      },
    };
  }

  dispose(): void {
    clearInterval(this.timer);
    this.time.dispose();
  }

  private count(): void {
    const { idle, attempt, isWaiting, isPaused } = this.options;
    const now = this.time.now();
    const awake = now - this.last;
    this.last = now;
    this.passed += isPaused?.() === true ? 0 : awake;
    this.silent = this.followers === 0 || isWaiting() ? 0 : this.silent + awake;
    if (attempt > 0 && this.passed >= attempt * 1000) this.reached.abort(new LimitReached('attempt', attempt));
    else if (idle > 0 && this.silent >= idle * 1000) this.reached.abort(new LimitReached('idle', idle));
  }
}
