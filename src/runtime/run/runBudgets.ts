import { Emitter } from '../../common/event';
import type { JournalState } from '../../domain/journal/journalState';
import {
  budgetKey,
  budgetKinds,
  budgetLevel,
  budgetSentence,
  budgetSettings,
  limitOf,
  type BudgetFigures,
  type BudgetKind,
  type BudgetState,
} from '../../domain/run/budget';
import { taskTurns, unknownSessions, workstreamCost, type Spending } from '../../domain/run/spending';
import { isOpencodeError } from '../opencode/opencodeError';
import type { RunContext } from './runContext';

/** Why work ended, or was not begun: a budget is spent and nobody allowed more. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';

  constructor(figures: BudgetFigures) {
    super(`Budget reached: ${budgetSentence(figures)} (${budgetSettings[figures.budget]}) and was stopped.`);
  }
}

type Figures = BudgetFigures & { readonly state: BudgetState };
export type BudgetContext = Pick<RunContext, 'root' | 'streamId' | 'journal' | 'opencode' | 'settings' | 'budgetAsks' | 'logger'>;

/**
 * The budgets of one run. What was spent is what the sessions say, by the journal where they ended and live where they go on; what
 * was warned, reached and answered is in the journal alone, so that the next driver knows it.
 */
export class RunBudgets {
  private readonly live = new Map<string, Spending>();
  private readonly reached = new Emitter<BudgetFigures>();
  private loading: Promise<void> | undefined;
  /** Nothing new may begin that this budget is for, until somebody answers. */
  readonly onDidReach = this.reached.event;

  constructor(
    private readonly context: BudgetContext,
    private readonly run: string,
  ) {}

  /** Without any budget nothing is watched. */
  get isLimited(): boolean {
    const { turnsPerTask, costPerWorkstream } = this.context.settings.budget;
    return turnsPerTask > 0 || costPerWorkstream > 0;
  }

  /** The budget that keeps a task from another turn, if one does. */
  reachedBy(task: string): Figures | undefined {
    return this.figures(task).find(isReached);
  }

  /** Why nobody but a task's agent should spend more now, without asking anybody; undefined when nothing is in the way. */
  async hindrance(): Promise<string | undefined> {
    if (!this.isLimited) return undefined;
    await (this.loading ??= this.load());
    const figures = this.figures('').find(each => each.task === undefined && isReached(each));
    return figures && `${budgetSentence(figures)} (${budgetSettings[figures.budget]})`;
  }

  /** What a session of the task used so far. Says once when a budget is nearly spent, and when it is. */
  used(task: string, session: string, spending: Spending): void {
    this.live.set(session, spending);
    for (const figures of this.figures(task)) this.tell(figures);
  }

  /**
   * Resolves when the task may have another turn: at once, or when somebody allowed it.
   * @throws {BudgetSpent} when somebody did not; the signal's reason.
   */
  async pass(task: string, signal: AbortSignal): Promise<void> {
    if (!this.isLimited) return;
    await (this.loading ??= this.load());
    for (;;) {
      signal.throwIfAborted();
      const figures = this.reachedBy(task);
      if (!figures) return;
      if (figures.state.stopped === true) throw new BudgetSpent(figures);
      this.tell(figures);
      await this.ask(task, figures, signal);
    }
  }

  private async ask(task: string, { state: _, ...figures }: Figures, signal: AbortSignal): Promise<void> {
    const { root, streamId: stream, budgetAsks, journal } = this.context;
    const key = budgetKey(figures.budget, figures.task);
    const id = `${root} ${stream} ${this.run} ${key}`;
    const given = await budgetAsks.ask(task, { id, root, stream, ...figures }, signal);
    if (this.stateOf(figures.budget, figures.task).reached !== true) return; // whoever waited with the same question wrote it down
    const limit = given.answer === 'raise' ? given.limit : given.answer === 'goOn' ? null : figures.limit;
    journal.append({ kind: 'budget.answered', run: this.run, ...plain(figures), answer: given.answer, limit, by: given.by ?? 'user' });
  }

  private tell(figures: Figures): void {
    const { root, streamId: stream, journal, budgetAsks } = this.context;
    const { state, ...told } = figures;
    const level = budgetLevel(told.spent, told.limit);
    if (level === 'near' && state.warned !== told.limit) {
      journal.append({ kind: 'budget.warned', run: this.run, ...plain(told) });
      budgetAsks.warn({ root, stream, ...told });
    }
    if (level !== 'reached' || state.stopped === true) return;
    if (state.reached !== true) journal.append({ kind: 'budget.reached', run: this.run, ...plain(told) });
    this.reached.fire(told);
  }

  private figures(task: string): readonly Figures[] {
    const { journal, settings } = this.context;
    const { turnsPerTask, costPerWorkstream } = settings.budget;
    const attempts = [...journal.state.attempts.values()];
    const made = (budget: BudgetKind, of: string | undefined, setting: number, spent: number): readonly Figures[] => {
      const state = this.stateOf(budget, of);
      const limit = limitOf(setting, state);
      return limit === Infinity ? [] : [{ budget, ...(of === undefined ? {} : { task: of }), spent, limit, state }];
    };
    const all = {
      turns: () => made('turns', task, turnsPerTask, taskTurns(attempts, { run: this.run, task }, this.live)),
      cost: () => made('cost', undefined, costPerWorkstream, workstreamCost(attempts, this.live, journal.state.readerCosts)),
    };
    return budgetKinds.flatMap(kind => all[kind]());
  }

  private stateOf(budget: BudgetKind, task: string | undefined): BudgetState {
    const { runs }: JournalState = this.context.journal.state;
    return runs.find(({ id }) => id === this.run)?.budgets?.[budgetKey(budget, task)] ?? {};
  }

  /** Attempts that were cut off left no figures in the journal; their sessions still have them. */
  private async load(): Promise<void> {
    const { journal, opencode, root, logger } = this.context;
    for (const { session, worktree } of unknownSessions(journal.state)) {
      try {
        const { turns, cost } = await opencode.sessions.cost(worktree ?? root, session);
        this.live.set(session, { turns, cost });
      } catch (error) {
        if (!isOpencodeError(error, 'no-such-session')) logger.warn(`what session ${session} used is not known: ${String(error)}`);
      }
    }
  }
}

const isReached = ({ spent, limit }: BudgetFigures) => budgetLevel(spent, limit) === 'reached';
const plain = ({ budget, task, spent, limit }: BudgetFigures) => ({ budget, spent, limit, ...(task === undefined ? {} : { task }) });
