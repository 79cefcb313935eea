import * as z from 'zod';
import type { Event } from '../../common/event';
import type { ModelRef } from '../../domain/agents';
import type { Settings } from '../../domain/settings/settings';
import { describeRetry, type Activity } from '../opencode/activity';
import { newMessageId, newPartId } from '../opencode/messageIds';
import { sessionOf } from '../opencode/serverEvent';
import type { SessionEnd } from '../opencode/sessionFollower';
import type { AttemptLimits } from './attemptLimits';
import type { PermissionRule } from '../opencode/sessions';
import { wasSuperseded } from './driver';
import type { RunContext } from './runContext';

export type ConversationStart = {
  readonly attempt: string;
  readonly task: string;
  readonly directory: string;
  readonly title: string;
  readonly agent: string | undefined;
  readonly model: ModelRef | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** A session to go on with, instead of a new one. */
  readonly session: string | undefined;
};

const openedSession = z.strictObject({ session: z.string() });
const sentPrompt = z.strictObject({ message: z.string() });

/** One attempt's talk with its agent: a session, the prompts we put into it, and how it ended each time. */
export class Conversation {
  private prompts = 0;

  private constructor(
    private readonly context: RunContext,
    private readonly start: ConversationStart,
    readonly session: string,
  ) {}

  /** Opens the attempt's session (or goes on with the one given) and journals which it is. */
  static async open(context: RunContext, start: ConversationStart): Promise<Conversation> {
    const { session } = await context.effects.run(
      'session',
      `${start.attempt}/session`,
      { directory: start.directory, title: start.title },
      async () => ({
        session:
          start.session ??
          (
            await context.opencode.sessions.create({
              directory: start.directory,
              title: start.title,
              agent: start.agent,
              permission: permissionRules(context.settings.permissions),
              metadata: { work: start.metadata },
            })
          ).id,
      }),
      { schema: openedSession },
    );
    return new Conversation(context, start, session);
  }

  /** A sub-agent works in a session of its own, in the same directory. */
  private readonly onDidWork: Event<unknown> = listener =>
    this.context.opencode.events.onEvent(event => {
      if (event.directory === this.start.directory && sessionOf(event) !== undefined) listener(event);
    });

  /** Sends one prompt, exactly once, and waits until the agent stops. An abort stops the agent first. */
  async say(text: string, signal: AbortSignal, limits?: AttemptLimits): Promise<SessionEnd> {
    const { opencode, effects } = this.context;
    const { attempt, directory, model, agent } = this.start;
    this.prompts += 1;
    const follower = opencode.sessions.follow(directory, this.session);
    const listening = limits?.listen(follower.onActivity, this.onDidWork);
    follower.onActivity(activity => this.tellRetry(activity)); // ends with the follower
    try {
      await effects.run(
        'prompt',
        `${attempt}/prompt/${this.prompts}`,
        { session: this.session, message: newMessageId(), part: newPartId() },
        async ({ message, part }) => {
          await opencode.sessions.prompt({
            directory,
            session: this.session,
            messageId: message,
            partId: part,
            text,
            model: model ?? undefined,
            agent,
          });
          return { message };
        },
        { schema: sentPrompt },
      );
      return await follower.idle(signal);
    } catch (error) {
      if (signal.aborted && !wasSuperseded(this.context.driver.lost)) await this.abort();
      throw error;
    } finally {
      listening?.dispose();
      follower.dispose();
    }
  }

  /** opencode tries a model that does not answer again for minutes, without a word of the agent. */
  private tellRetry(activity: Activity): void {
    if (activity.type !== 'status' || activity.status !== 'retry') return;
    this.context.observer.notice(`${this.start.task}: ${describeRetry(activity, this.context.clock.now())}`);
  }

  /** Stops the agent and whatever it runs; a server that is gone has stopped it already. */
  async abort(): Promise<void> {
    try {
      await this.context.opencode.sessions.abort(this.start.directory, this.session);
    } catch (error) {
      this.context.logger.warn(`could not abort session ${this.session}: ${String(error)}`);
    }
  }
}

/** The user's own opencode configuration decides, unless the settings say otherwise for our sessions. */
function permissionRules(wanted: Settings['permissions']): readonly PermissionRule[] | undefined {
  return wanted === 'inherit' ? undefined : ['edit', 'bash', 'webfetch'].map(permission => ({ permission, pattern: '*', action: wanted }));
}
