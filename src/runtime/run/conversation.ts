import * as z from 'zod';
import type { Event } from '../../common/event';
import type { ModelRef } from '../../domain/agents';
import type { Settings } from '../../domain/settings/settings';
import { describeRetry, type Activity } from '../opencode/activity';
import { newMessageId, newPartId } from '../opencode/messageIds';
import { sessionOf } from '../opencode/serverEvent';
import type { SessionEnd } from '../opencode/sessionFollower';
import type { PermissionRule } from '../opencode/sessions';
import { wasSuperseded } from './driver';
import type { AttemptLimits } from './attemptLimits';
import { keepTrying } from './keepTrying';
import type { RunContext } from './runContext';

export type ConversationStart = {
  readonly attempt: string;
  readonly task: string;
  readonly directory: string;
  readonly title: string;
  readonly agent: string | undefined;
  readonly model: ModelRef | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Instead of what the settings say for sessions of ours. */
  readonly permission?: readonly PermissionRule[];
  /** A session to go on with, instead of a new one. */
  readonly session: string | undefined;
};

/** Who answers a prompt, where that is not who the conversation was begun with. `agent`: opencode's own. */
export type Speaker = { readonly agent: string | undefined; readonly model: ModelRef | null };

/**
 * What a prompt is for: the task itself, the question for a missing report, going on after the server went away, going on because
 * a person said so (`cut`: the tool call that was cut off), going on after no progress.
 */
export type PromptPurpose =
  | { readonly about: 'task' }
  | { readonly about: 'report' }
  | { readonly about: 'resume' | 'goOn'; readonly cut: string | undefined }
  | { readonly about: 'nudge'; readonly reason: string };

export type JournalledPrompt = { readonly number: number; readonly purpose: PromptPurpose; readonly isSent: boolean };

const openedSession = z.strictObject({ session: z.string() });
const sentPrompt = z.strictObject({ message: z.string() });
const intended = z.object({
  about: z.enum(['task', 'report', 'resume', 'goOn', 'nudge']).default('task'),
  cut: z.string().nullish(),
  reason: z.string().default(''),
});

/** Milliseconds that a server may take to stop an agent, before the agent's processes are ended without it. */
const patience = 2000;

/** One attempt's talk with its agent: a session, the prompts we put into it, and how it ended each time. */
export class Conversation {
  private constructor(
    private readonly context: RunContext,
    private readonly start: ConversationStart,
    readonly session: string,
  ) {}

  /** Opens the attempt's session (or goes on with the one given, or finds the one that was opened for it) and journals which it is. */
  static async open(context: RunContext, start: ConversationStart): Promise<Conversation> {
    const { directory, title, agent, metadata, attempt } = start;
    const { sessions } = context.opencode;
    const permission = start.permission ?? permissionRules(context.settings.permissions);
    const { session } = await context.effects.run(
      'session',
      `${attempt}/session`,
      { directory, title },
      async () => ({
        session: start.session ?? (await sessions.create({ directory, title, agent, permission, metadata: { work: metadata } })).id,
      }),
      {
        schema: openedSession,
        async settle() {
          const found = start.session ?? (await sessions.findByMetadata(directory, { attempt, stream: context.streamId }));
          return found === undefined ? undefined : { session: found };
        },
      },
    );
    return new Conversation(context, start, session);
  }

  /** The prompts of this attempt, by the journal, earlier drivers' too; in order. */
  get prompts(): readonly JournalledPrompt[] {
    const { effects } = this.context.journal.state;
    const found: JournalledPrompt[] = [];
    for (let number = 1; ; number++) {
      const effect = effects.get(this.keyOf(number));
      if (!effect) return found;
      const { about = 'task', cut, reason = '' } = intended.safeParse(effect.intent).data ?? {};
      found.push({ number, purpose: purposeOf(about, cut ?? undefined, reason), isSent: effect.state === 'done' });
    }
  }

  /** Puts one more prompt into the session, exactly once, and waits until the agent stops. An abort stops the agent first. */
  say(purpose: PromptPurpose, text: string, signal: AbortSignal, limits?: AttemptLimits, speaker?: Speaker): Promise<SessionEnd> {
    return this.sayAs(this.prompts.length + 1, purpose, text, signal, limits, speaker);
  }

  /** Puts the last journalled prompt, with the ids it was given then, into the session if it is not there; waits as `say` does. */
  sayAgain(
    { number, purpose }: JournalledPrompt,
    text: string,
    signal: AbortSignal,
    limits?: AttemptLimits,
    speaker?: Speaker,
  ): Promise<SessionEnd> {
    return this.sayAs(number, purpose, text, signal, limits, speaker);
  }

  /** Waits until the agent stops, without a word to it. */
  listen(signal: AbortSignal, limits?: AttemptLimits): Promise<SessionEnd> {
    return this.follow(() => Promise.resolve(), signal, limits);
  }

  /**
   * Stops the agent and whatever it runs; a server that is gone has stopped it already. One that does not answer is not waited for
   * longer than `patience`: it was told.
   */
  async abort(): Promise<void> {
    try {
      await this.context.opencode.sessions.abort(this.start.directory, this.session, AbortSignal.timeout(patience));
    } catch (error) {
      this.context.logger.warn(`could not abort session ${this.session}: ${String(error)}`);
    }
  }

  private keyOf(number: number): string {
    return `${this.start.attempt}/prompt/${number}`;
  }

  private sayAs(
    number: number,
    purpose: PromptPurpose,
    text: string,
    signal: AbortSignal,
    limits: AttemptLimits | undefined,
    speaker: Speaker = this.start,
  ): Promise<SessionEnd> {
    const { opencode, effects } = this.context;
    const { directory } = this.start;
    const { agent } = speaker;
    const model = speaker.model ?? undefined;
    const { session } = this;
    const cut = 'cut' in purpose ? (purpose.cut ?? null) : null;
    const why: Record<string, string> = purpose.about === 'nudge' ? { reason: purpose.reason } : {};
    return this.follow(
      async () => {
        const after = this.prompts.length < number ? await this.lastMessage(number, signal) : null; // else as it was journalled
        const put = () =>
          effects.run(
            'prompt',
            this.keyOf(number),
            { session, message: newMessageId(), part: newPartId(), about: purpose.about, cut, after, ...why },
            async ({ message, part }) => {
              await opencode.sessions.prompt({ directory, session, messageId: message, partId: part, text, model, agent });
              return { message };
            },
            {
              schema: sentPrompt,
              async settle({ message, part, after: before }) {
                const sent = { messageId: message, partIds: [part], after: before };
                const state = await opencode.sessions.promptState({ directory, session, ...sent });
                return state === 'stored' || state === 'superseded' ? { message } : undefined;
              },
            },
          );
        await keepTrying(this.context, signal, put);
      },
      signal,
      limits,
    );
  }

  /** The user's last in the session, before the prompt of that number; a session that was just opened has none. */
  private async lastMessage(number: number, signal: AbortSignal): Promise<string | null> {
    if (number === 1 && this.start.session === undefined) return null;
    const { opencode } = this.context;
    const messages = await keepTrying(this.context, signal, () => opencode.sessions.messages(this.start.directory, this.session));
    return messages.findLast(({ info }) => info.role === 'user')?.info.id ?? null;
  }

  /** A sub-agent works in a session of its own, in the same directory. */
  private readonly onDidWork: Event<unknown> = listener =>
    this.context.opencode.events.onEvent(event => {
      if (event.directory === this.start.directory && sessionOf(event) !== undefined) listener(event);
    });

  private async follow(begin: () => Promise<void>, signal: AbortSignal, limits: AttemptLimits | undefined): Promise<SessionEnd> {
    const follower = this.context.opencode.sessions.follow(this.start.directory, this.session);
    const listening = limits?.listen(follower.onActivity, this.onDidWork);
    follower.onActivity(activity => this.tellRetry(activity)); // ends with the follower
    try {
      await begin();
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
}

function purposeOf(about: PromptPurpose['about'], cut: string | undefined, reason: string): PromptPurpose {
  switch (about) {
    case 'resume':
    case 'goOn':
      return { about, cut };
    case 'nudge':
      return { about, reason };
    case 'task':
    case 'report':
      return { about };
  }
}

/** The user's own opencode configuration decides, unless the settings say otherwise for our sessions. */
function permissionRules(wanted: Settings['permissions']): readonly PermissionRule[] | undefined {
  return wanted === 'inherit' ? undefined : ['edit', 'bash', 'webfetch'].map(permission => ({ permission, pattern: '*', action: wanted }));
}
