import { failed, type Decision } from '../../domain/run/decideOutcome';
import { isOverload, type FailureCause } from '../../domain/run/retryPolicy';
import { setLeftoverLockAside } from '../git/leftoverLock';
import { isOpencodeError } from '../opencode/opencodeError';
import type { SessionEnd } from '../opencode/sessionFollower';
import { AgentStuck, type AttemptCare } from './attemptCare';
import { AttemptLimits, LimitReached } from './attemptLimits';
import type { AttemptBudget } from './attemptBudget';
import type { AttemptTexts } from './attemptTexts';
import type { Conversation, JournalledPrompt, PromptPurpose, Speaker } from './conversation';
import { RecipeError } from '../recipes/recipeError';
import { BudgetSpent } from './runBudgets';
import type { RunContext } from './runContext';
import type { Workplace } from './workplace';

export type Ended = Decision & { readonly kind: 'ended' };

export type Talk = {
  readonly attempt: string;
  readonly task: string;
  readonly conversation: Conversation;
  readonly workplace: Workplace;
  readonly texts: AttemptTexts;
  readonly care: AttemptCare;
  readonly budget: AttemptBudget;
  /** What is done in place of the one prompt for the task: gives how the agent's last turn ended. */
  readonly recipe?: ((agent: StepAgent, signal: AbortSignal) => Promise<SessionEnd>) | undefined;
  /** Why its agent, which was at work before, is told to go on; undefined when it begins. */
  readonly goesOn: string | undefined;
  readonly decide: (end: SessionEnd | undefined, asked: boolean, limit?: string) => Promise<Decision>;
};

/** The agent as a recipe sees it. */
export type StepAgent = {
  /** Tells it the `number`-th of the recipe's prompts (from 1), once for ever, and waits until it stops. An aborted limit stops it. */
  tell(number: number, text: string, limit: AbortSignal, speaker?: Speaker): Promise<SessionEnd>;
};

const causeOf = (error: LimitReached | AgentStuck | BudgetSpent): FailureCause => {
  if (error instanceof BudgetSpent) return 'budget';
  return error instanceof LimitReached && error.limit === 'attempt' ? 'tooLong' : 'stuck';
};

/** How often the server may go away under one prompt. */
const mostInterruptions = 3;

/**
 * What is said with an agent from the prompt to the outcome, and how it ended each time. It goes on where the journal says that an
 * earlier driver was; an agent that was cut off is told so in a message of its own.
 */
export class AttemptTalk {
  private readonly limits: AttemptLimits;
  private signal: AbortSignal;

  constructor(
    private readonly context: RunContext,
    private readonly talk: Talk,
    private readonly stop: AbortSignal,
  ) {
    const isWaiting = () => context.opencode.asks.pending.some(ask => ask.rootSession === talk.conversation.session);
    this.limits = new AttemptLimits({ ...context.settings.limits, isWaiting, isPaused: () => talk.budget.isHeld }); // disposed when the talk has ended
    this.signal = AbortSignal.any([stop, this.limits.signal, talk.care.signal]);
  }

  /** The prompt, and the question for a missing report. Past a limit the agent is stopped; what it had reported by then counts. */
  async toEnd(): Promise<{ readonly decision: Ended; readonly end: SessionEnd | undefined; readonly cause: FailureCause }> {
    const { talk } = this;
    let end: SessionEnd | undefined;
    let decision: Decision;
    let cause: FailureCause = 'other';
    try {
      end = talk.recipe ? await talk.recipe({ tell: (...step) => this.tell(...step) }, this.signal) : await this.through(this.begin());
      decision = await talk.decide(end, this.wasAsked);
      if (decision.kind === 'ask') {
        await talk.budget.pass(this.signal);
        this.tellQuestion();
        end = await this.through(this.say({ about: 'report' }));
        decision = await talk.decide(end, true);
      }
    } catch (error) {
      if (error instanceof RecipeError && !this.stop.aborted) return { decision: failed(error.message), end: undefined, cause: 'other' };
      if (this.stop.aborted || !(error instanceof LimitReached || error instanceof AgentStuck || error instanceof BudgetSpent)) throw error;
      decision = await talk.decide(end, true, error.message);
      cause = causeOf(error);
    } finally {
      this.limits.dispose();
    }
    if (decision.kind === 'ask') throw new Error('an agent is asked for its report only once');
    if (decision.outcome === 'failed' && cause === 'other' && isOverload(end?.error?.statusCode)) cause = 'overloaded';
    return { decision, end, cause };
  }

  /** Once, though a driver that dies before it has asked leaves the question to the next one. */
  private tellQuestion(): void {
    const { context, talk } = this;
    const { attempt } = talk;
    if (context.journal.state.attempts.get(attempt)?.asked) return;
    context.journal.append({ kind: 'attempt.messaged', attempt, by: 'work', text: 'asked for the missing report', about: 'report' });
  }

  private get wasAsked(): boolean {
    return this.talk.conversation.prompts.some(({ purpose }) => purpose.about === 'report');
  }

  /** The first prompt; or what an earlier driver left: a prompt that may not have arrived, an agent that may still be at work. */
  private async begin(): Promise<SessionEnd> {
    const { conversation } = this.talk;
    const last = conversation.prompts.at(-1);
    const { budget } = this.talk;
    if (!last) await budget.pass(this.signal);
    if (!last) return this.talk.goesOn === undefined ? this.say({ about: 'task' }) : this.goOn('goOn', this.talk.goesOn);
    if (!last.isSent) {
      budget.join();
      return this.sayAgain(last);
    }
    if (budget.isPaused) return this.goOnPaused();
    budget.join();
    return conversation.listen(this.signal, this.limits);
  }

  private async tell(number: number, text: string, limit: AbortSignal, speaker?: Speaker): Promise<SessionEnd> {
    const { conversation, budget } = this.talk;
    const whole = this.signal;
    this.signal = AbortSignal.any([whole, limit]);
    try {
      const last = conversation.prompts.at(-1);
      const isTold = conversation.prompts.filter(({ purpose }) => purpose.about === 'task').length >= number;
      if (!last) await budget.pass(this.signal);
      if (!isTold) return await this.through(conversation.say({ about: 'task' }, text, this.signal, this.limits, speaker));
      budget.join();
      if (last && !last.isSent && last.purpose.about === 'task') {
        return await this.through(conversation.sayAgain(last, text, this.signal, this.limits, speaker));
      }
      if (last && !last.isSent) return await this.through(this.sayAgain(last));
      if (budget.isPaused) return await this.through(this.goOnPaused());
      return await this.through(conversation.listen(this.signal, this.limits));
    } finally {
      this.signal = whole;
    }
  }

  private async goOnPaused(): Promise<SessionEnd> {
    await this.talk.budget.goOn(this.signal);
    return this.goOn('resume', 'its budget lets it go on');
  }

  /**
   * A server that goes away in the middle is started again and the agent told so; a session cut off too often is given up. An agent
   * whose turn was ended because it made no progress is told to go on.
   */
  private async through(first: Promise<SessionEnd>): Promise<SessionEnd> {
    const { context, talk } = this;
    let end = await first;
    for (let cuts = 0; ;) {
      const nudge = talk.care.takeNudge();
      if (end.kind === 'aborted' && talk.budget.isPaused) {
        end = await this.goOnPaused();
        continue;
      }
      if (end.kind === 'aborted' && nudge !== undefined) {
        context.observer.notice(`${talk.task}: ${nudge} Its agent is told to go on.`);
        context.journal.append({ kind: 'attempt.messaged', attempt: talk.attempt, by: 'work', text: `told to go on: ${nudge}` });
        end = await this.say({ about: 'nudge', reason: nudge });
      } else if (end.kind === 'interrupted' && cuts < mostInterruptions) {
        cuts += 1;
        context.observer.notice(
          `${talk.task}: the opencode server ended in the middle of the work; it is started again and the agent goes on.`,
        );
        await context.opencode.server.ensure(this.signal);
        end = await this.goOn('resume', 'its opencode server ended');
      } else {
        return end;
      }
    }
  }

  /** What still runs of the cut-off call is ended, the history is repaired, and the agent gets a message of its own about it. */
  private async goOn(about: 'resume' | 'goOn', reason: string): Promise<SessionEnd> {
    const { context, talk } = this;
    const { workplace, attempt } = talk;
    await context.endProcesses(attempt);
    if (workplace.branch !== undefined) await setLeftoverLockAside(context.git, workplace.directory);
    try {
      const { cut } = await context.opencode.sessions.repair(workplace.directory, talk.conversation.session, this.signal);
      context.journal.append({ kind: 'attempt.resumed', attempt, cut: cut ?? null, reason });
      return await this.say({ about, cut });
    } catch (error) {
      // Somebody set it to work, or deleted it, just now: its end tells.
      if (!isOpencodeError(error, 'busy', 'no-such-session')) throw error;
      return talk.conversation.listen(this.signal, this.limits);
    }
  }

  private async say(purpose: PromptPurpose): Promise<SessionEnd> {
    return this.talk.conversation.say(purpose, await this.textOf(purpose), this.signal, this.limits);
  }

  private async sayAgain(prompt: JournalledPrompt): Promise<SessionEnd> {
    return this.talk.conversation.sayAgain(prompt, await this.textOf(prompt.purpose), this.signal, this.limits);
  }

  private async textOf(purpose: PromptPurpose): Promise<string> {
    const { texts, workplace } = this.talk;
    switch (purpose.about) {
      case 'task':
        return texts.prompt(workplace);
      case 'report':
        return texts.missingReport();
      case 'resume':
        return texts.interrupted(workplace, purpose.cut);
      case 'nudge':
        return texts.nudge(workplace, purpose.reason);
      case 'goOn':
        return texts.goOn(workplace, purpose.cut);
    }
  }
}
