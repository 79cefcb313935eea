import type { SessionEnd } from '../opencode/sessionFollower';
import type { ChosenAgent } from './agentPlan';
import { AttemptLimits } from './attemptLimits';
import { Conversation, type PromptPurpose } from './conversation';
import { keepTrying } from './keepTrying';
import { readOnlyRules } from './readOnlySession';
import type { RunContext } from './runContext';

export type ReadOnlyTalkStart = {
  /** Names session and prompts in the journal: the same name is the same talk, whoever drives. */
  readonly attempt: string;
  /** What it is about: a part of the plan. */
  readonly about: string;
  readonly directory: string;
  readonly title: string;
  readonly agent: ChosenAgent;
};

/** An agent that reads and answers, and changes nothing: a session of its own beside the tasks. */
export class ReadOnlyTalk {
  private constructor(
    private readonly context: RunContext,
    private readonly conversation: Conversation,
    private readonly directory: string,
  ) {}

  static async open(context: RunContext, start: ReadOnlyTalkStart, stop: AbortSignal): Promise<ReadOnlyTalk> {
    const { attempt, about, directory, title, agent } = start;
    const conversation = await keepTrying(context, stop, () =>
      Conversation.open(context, {
        attempt,
        task: about,
        directory,
        title,
        agent: agent.opencodeAgent,
        model: agent.models[0] ?? null,
        session: undefined,
        permission: readOnlyRules,
        metadata: {
          root: context.root,
          stream: context.streamId,
          task: about,
          thread: about,
          attempt,
          worktree: directory,
          isolation: 'thread',
          inbox: context.journal.inboxFolder,
        },
      }),
    );
    return new ReadOnlyTalk(context, conversation, directory);
  }

  /**
   * The answer to the first prompt, which is put once: a talk that an earlier driver began is listened to.
   * @throws {Error} when the agent did not come to its end
   */
  ask(prompt: () => Promise<string>, stop: AbortSignal): Promise<string> {
    return this.within(stop, async (signal, limits) => {
      const last = this.conversation.prompts.at(-1);
      if (!last) return this.conversation.say({ about: 'task' }, await prompt(), signal, limits);
      if (!last.isSent) return this.conversation.sayAgain(last, await prompt(), signal, limits);
      return this.conversation.listen(signal, limits);
    });
  }

  /** One prompt more, and the answer to it. @throws as `ask` does */
  askAgain(purpose: PromptPurpose, prompt: string, stop: AbortSignal): Promise<string> {
    return this.within(stop, (signal, limits) => this.conversation.say(purpose, prompt, signal, limits));
  }

  /** Its session, and what that cost so far, in dollars; absent when nobody can say. */
  async spent(): Promise<{ readonly session: string; readonly cost?: number }> {
    const { session } = this.conversation;
    const { opencode, logger } = this.context;
    try {
      return { session, cost: (await opencode.sessions.cost(this.directory, session)).cost };
    } catch (error) {
      logger.warn(`no cost for session ${session}: ${String(error)}`);
      return { session };
    }
  }

  private async within(stop: AbortSignal, talk: (signal: AbortSignal, limits: AttemptLimits) => Promise<SessionEnd>): Promise<string> {
    const limits = new AttemptLimits({ ...this.context.settings.limits, isWaiting: () => false });
    try {
      return wordsOf(await talk(AbortSignal.any([stop, limits.signal]), limits));
    } finally {
      limits.dispose();
    }
  }
}

function wordsOf({ kind, error, lastText }: SessionEnd): string {
  if (kind === 'idle' && error === undefined) return lastText;
  throw new Error(kind === 'aborted' ? 'its agent was stopped' : (error?.message ?? `its session is ${kind}`));
}
