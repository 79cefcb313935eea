import { Emitter, type Disposable } from '../../common/event';
import type { Clock } from '../../common/clock';
import type { BudgetAnswer, BudgetFigures } from '../../domain/run/budget';
import type { BudgetAsk } from '../../domain/tree/nodes';

/** Whose budget. */
export type BudgetOwner = { readonly root: string; readonly stream: string };
export type BudgetWarning = BudgetOwner & BudgetFigures;
type Question = Omit<BudgetAsk, 'kind' | 'tasks' | 'askedAt'>;
type Open = {
  readonly question: Question;
  readonly askedAt: number;
  readonly waiting: Set<{ readonly task: string; answer(answer: BudgetAnswer): void }>;
};

/** The budgets that are spent and wait for somebody to say whether their agents may go on, in all repositories of this process. */
export class BudgetAsks implements Disposable {
  private readonly open = new Map<string, Open>();
  private readonly changed = new Emitter<readonly BudgetAsk[]>();
  private readonly warned = new Emitter<BudgetWarning>();
  readonly onDidChange = this.changed.event;
  /** A budget is nearly spent. */
  readonly onDidWarn = this.warned.event;

  constructor(private readonly clock: Clock) {}

  /** In the order they were asked. */
  get pending(): readonly BudgetAsk[] {
    return [...this.open.values()].map(({ question, askedAt, waiting }) => ({
      ...question,
      kind: 'budget',
      askedAt,
      tasks: [...new Set([...waiting].map(({ task }) => task))].sort(),
    }));
  }

  /** Waits for the answer; tasks with the same question share it. Rejects with the signal's reason. */
  ask(task: string, question: Question, signal: AbortSignal): Promise<BudgetAnswer> {
    signal.throwIfAborted();
    const open = this.open.get(question.id) ?? { question, askedAt: this.clock.now(), waiting: new Set() };
    this.open.set(question.id, open);
    return new Promise<BudgetAnswer>((resolve, reject) => {
      const waiter = { task, answer: resolve };
      open.waiting.add(waiter);
      const leave = () => {
        open.waiting.delete(waiter);
        if (open.waiting.size === 0 && this.open.get(question.id) === open) this.open.delete(question.id);
        this.changed.fire(this.pending);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiter.answer = answer => {
        signal.removeEventListener('abort', leave);
        resolve(answer);
      };
      this.changed.fire(this.pending);
    });
  }

  /** False when nobody waits with it any more. */
  answer(id: string, answer: BudgetAnswer): boolean {
    const open = this.open.get(id);
    if (!open) return false;
    this.open.delete(id);
    for (const waiter of open.waiting) waiter.answer(answer);
    this.changed.fire(this.pending);
    return true;
  }

  warn(warning: BudgetWarning): void {
    this.warned.fire(warning);
  }

  dispose(): void {
    this.changed.dispose();
    this.warned.dispose();
  }
}
