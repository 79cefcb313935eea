import type { Disposable } from '../../common/event';
import type { AttemptWatch } from '../monitor/attemptWatch';
import type { Conversation } from './conversation';
import type { RunContext } from './runContext';

/** Why an attempt was ended from outside: its agent made no progress, and telling it so did not help. */
export class AgentStuck extends Error {
  override readonly name = 'AgentStuck';

  constructor(reason: string) {
    super(`The agent was stopped because it made no progress. ${reason} Its worktree is kept.`);
  }
}

/** Carries out what the monitor says is to be done to the agent of one attempt. */
export class AttemptCare implements Disposable {
  private readonly watch: AttemptWatch;
  private readonly stuck = new AbortController();
  private conversation: Conversation | undefined;
  private nudge: string | undefined;

  /** Made when the journal knows the attempt. */
  constructor(
    private readonly context: RunContext,
    private readonly attempt: string,
  ) {
    const { monitor, settings, journal, streamId: stream } = context;
    this.watch = monitor.watch({ attempt, stream }, settings.limits, event => journal.append(event)); // disposed with this
    this.watch.onDidStep(({ step, reason }) => {
      if (step === 'abort') this.stuck.abort(new AgentStuck(reason));
      else this.interrupt(reason);
    });
  }

  /** Aborted with `AgentStuck` when the agent is past help. */
  get signal(): AbortSignal {
    return this.stuck.signal;
  }

  /** Its agent is at work from now on. */
  talk(directory: string, conversation: Conversation): void {
    this.conversation = conversation;
    this.watch.talk(directory, conversation.session);
  }

  /** Why the agent's turn was ended, once, if it was ended so that it can be told to go on. */
  takeNudge(): string | undefined {
    const { nudge } = this;
    this.nudge = undefined;
    return nudge;
  }

  /** The agent is done; its work is written down. */
  finish(): void {
    this.watch.finish();
  }

  dispose(): void {
    this.watch.dispose();
    this.context.monitor.forget(this.attempt);
  }

  /** A message to an agent that is busy would wait for the very answer that does not come: its turn is ended first. */
  private interrupt(reason: string): void {
    this.nudge = reason;
    void this.conversation?.abort();
  }
}
