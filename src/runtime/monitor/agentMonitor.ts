import { AwakeTime, type AwakeClock } from '../../common/awakeTime';
import type { Clock } from '../../common/clock';
import { DisposableStore } from '../../common/disposables';
import { Emitter, type Disposable } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { NewJournalEvent } from '../../domain/journal/events';
import type { Health } from '../../domain/monitor/health';
import { ladderFor, type Ladder } from '../../domain/monitor/ladder';
import { thresholdsFor, type Thresholds } from '../../domain/monitor/thresholds';
import type { Settings } from '../../domain/settings/settings';
import type { Git } from '../git/git';
import { AttemptWatch, type WatchedOpencode, type WatchOptions, type WatchPace } from './attemptWatch';

/** How the monitor looks and when it acts, where the composition wants something else than the user's limits make of it. */
export type MonitorTuning = {
  readonly pace?: Partial<WatchPace>;
  readonly thresholds?: Partial<Thresholds>;
  readonly ladder?: Ladder;
  /** Instead of the time that the machine is awake. */
  readonly time?: AwakeClock;
};

export type MonitorOptions = {
  readonly opencode: WatchedOpencode;
  readonly asks: WatchOptions['asks'];
  readonly git: Git;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tuning?: MonitorTuning | undefined;
};

const defaultPace: WatchPace = { tick: 1000, poll: 5000, shown: 2000, written: 10_000 };

/** What the agents of the attempts that this process drives do, each with its time and reason. */
export class AgentMonitor implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = this.owned.add(new Emitter<string>());
  private readonly time = this.owned.add(new AwakeTime());
  private readonly healths = new Map<string, Health>();
  /** With the attempt of which something is known anew. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: MonitorOptions) {}

  /** By attempt; those that are watched now. */
  get judged(): ReadonlyMap<string, Health> {
    return this.healths;
  }

  /** Watches an attempt until the watch is disposed. `record` writes into the journal of its workstream; the first words are written at once. */
  watch(
    { attempt, stream }: Pick<WatchOptions, 'attempt' | 'stream'>,
    limits: Settings['limits'],
    record: (event: NewJournalEvent) => void,
  ): AttemptWatch {
    const { tuning = {}, ...services } = this.options;
    const thresholds = { ...thresholdsFor(limits), ...tuning.thresholds };
    const watch = new AttemptWatch({
      ...services,
      attempt,
      stream,
      record,
      thresholds,
      ladder: tuning.ladder ?? ladderFor(limits, thresholds),
      pace: { ...defaultPace, ...tuning.pace },
      time: tuning.time ?? this.time,
      onChange: health => {
        this.healths.set(attempt, health);
        this.changed.fire(attempt);
      },
    });
    return watch;
  }

  /** Its attempt has ended. */
  forget(attempt: string): void {
    this.healths.delete(attempt);
  }

  dispose(): void {
    this.owned.dispose();
  }
}
