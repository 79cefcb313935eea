import { DisposableStore } from '../../common/disposables';
import type { Disposable } from '../../common/event';
import { budgetSentence, type BudgetFigures } from '../../domain/run/budget';
import { isDone } from '../../domain/taskStatus';
import { SpendingWatch } from '../monitor/spendingWatch';
import type { Conversation } from './conversation';
import { BudgetSpent, type RunBudgets } from './runBudgets';
import type { RunContext } from './runContext';

export type BudgetedAttempt = {
  readonly attempt: string;
  readonly task: string;
  readonly directory: string;
  readonly conversation: Pick<Conversation, 'session' | 'abort'>;
};

/**
 * Keeps one agent within the budgets of its run: its turn is ended as soon as one is spent, which is at most one turn too late, for
 * opencode asks the model again without waiting; it goes on when somebody allowed it.
 */
export class AttemptBudget implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly watch: SpendingWatch | undefined;
  private isAtWork = false;
  private spent: BudgetFigures | undefined;
  /** It waits for somebody to say whether it may go on. */
  isHeld = false;

  constructor(
    private readonly context: RunContext,
    private readonly budgets: RunBudgets,
    private readonly work: BudgetedAttempt,
  ) {
    if (!budgets.isLimited) return;
    const { opencode, logger } = context;
    const { task, directory, conversation } = work;
    const { sessions, events } = opencode;
    this.watch = this.owned.add(new SpendingWatch({ sessions, events, logger }, directory, conversation.session));
    this.owned.add(this.watch.onDidSpend(spending => budgets.used(task, conversation.session, spending)));
    this.owned.add(budgets.onDidReach(figures => this.stop(figures)));
  }

  /** Before every word to the agent. What its session used before counts. @throws {BudgetSpent} */
  async pass(signal: AbortSignal): Promise<void> {
    if (!this.watch) return;
    await this.watch.read();
    this.isHeld = true;
    try {
      await this.budgets.pass(this.work.task, signal);
    } finally {
      this.isHeld = false;
    }
    this.spent = undefined;
    this.isAtWork = true;
  }

  /** Its turn goes on since before this driver. */
  join(): void {
    this.isAtWork = true;
    void this.watch?.read();
  }

  /** Its turn was ended because a budget is spent; the agent has to be told when it may go on. */
  get isPaused(): boolean {
    return this.spent !== undefined || this.context.journal.state.attempts.get(this.work.attempt)?.paused !== undefined;
  }

  /**
   * Waits until a paused agent may go on. @throws {BudgetSpent} when it may not, and at once when it has nothing more to do: it had
   * reported.
   */
  async goOn(signal: AbortSignal): Promise<void> {
    const task = await this.context.files.readTask(this.context.streamId, this.work.task);
    const figures = this.budgets.reachedBy(this.work.task);
    if (figures && task && (isDone(task.status) || task.status === 'blocked')) throw new BudgetSpent(figures);
    await this.pass(signal);
  }

  dispose(): void {
    this.isAtWork = false;
    this.owned.dispose();
  }

  private stop(figures: BudgetFigures): void {
    const { attempt, task, conversation } = this.work;
    const isMine = figures.task === undefined || figures.task === task;
    if (!this.isAtWork || !isMine || this.watch?.isEnding === true) return;
    this.isAtWork = false;
    this.spent = figures;
    const reason = `${budgetSentence(figures)}.`;
    this.context.journal.append({ kind: 'attempt.paused', attempt, reason });
    void conversation.abort();
  }
}
