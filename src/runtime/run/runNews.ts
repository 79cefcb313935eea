import { Emitter, type Disposable } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { JournalEvent } from '../../domain/journal/events';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { DriveObserver } from './driveBatch';

/** Something that a run of a workstream tells. */
export type RunTold = { readonly stream: string } & ({ readonly event: JournalEvent } | { readonly notice: string });

export type ThreadStarted = { readonly root: string; readonly stream: string; readonly thread: ThreadNode };

/** What the runs of a repository tell those who look on: the window's terminals and tree, the command line's progress. */
export class RunNews implements Disposable {
  private readonly started = new Emitter<ThreadStarted>();
  readonly onDidStartThread = this.started.event;
  private readonly noticed = new Emitter<string>();
  readonly onDidNotice = this.noticed.event;
  private readonly changed = new Emitter<undefined>();
  /** The journal grew, or a run began or ended. */
  readonly onDidChange = this.changed.event;
  private readonly appended = new Emitter<JournalEvent>();
  readonly onDidAppend = this.appended.event;
  private readonly told = new Emitter<RunTold>();
  /** Events and notices, with the workstream whose run tells them. */
  readonly onDidTell = this.told.event;

  constructor(
    private readonly root: string,
    private readonly logger: Logger,
  ) {}

  /** A run began or ended. */
  changedHere(): void {
    this.changed.fire(undefined);
  }

  /** Passes on what the run of a workstream tells. */
  observer(stream: string): DriveObserver {
    return {
      notice: message => {
        this.logger.info(message);
        this.noticed.fire(message);
        this.told.fire({ stream, notice: message });
      },
      threadStarted: thread => this.started.fire({ root: this.root, stream, thread }),
      appended: event => {
        this.appended.fire(event);
        this.told.fire({ stream, event });
        this.changed.fire(undefined);
      },
    };
  }

  dispose(): void {
    for (const emitter of [this.started, this.noticed, this.appended, this.told, this.changed]) emitter.dispose();
  }
}
