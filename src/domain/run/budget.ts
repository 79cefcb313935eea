/** What a user allows agents to spend: turns of a model for one task, dollars for a workstream. */
export const budgetKinds = ['turns', 'cost'] as const;
export type BudgetKind = (typeof budgetKinds)[number];

/** What a person says to a budget that is spent: no limit for the rest of the run, a higher limit for it, or the end. */
export type BudgetAnswer = (
  { readonly answer: 'goOn' } | { readonly answer: 'raise'; readonly limit: number } | { readonly answer: 'stop' }
) & {
  /** `work`: nobody was there to ask. */
  readonly by?: 'user' | 'work';
};
export const budgetAnswers = ['goOn', 'raise', 'stop'] as const satisfies readonly BudgetAnswer['answer'][];

/** What happened to a budget in one run. */
export type BudgetState = {
  /** The limit as a person answered it, for this run; null: none. */
  readonly limit?: number | null;
  /** The limit of which it was said that it is nearly spent. */
  readonly warned?: number;
  /** It was spent and nobody has answered yet. */
  readonly reached?: boolean;
  readonly stopped?: boolean;
};

export type BudgetLevel = 'free' | 'near' | 'reached';

/** `near` begins here, so that a person hears of it before anything stops. */
const warnAt = 0.8;

/** How much of `limit` is spent; Infinity for no limit. At `reached` nothing new begins. */
export function budgetLevel(spent: number, limit: number): BudgetLevel {
  if (spent >= limit) return 'reached';
  return spent >= limit * warnAt ? 'near' : 'free';
}

/**
 * What may be spent in a run. `setting`: the user's, 0 for no limit. What was allowed for the run stays allowed; a setting that was
 * raised above it since counts too.
 */
export function limitOf(setting: number, state: BudgetState = {}): number {
  const own = setting > 0 ? setting : Infinity;
  if (state.limit === undefined) return own;
  return Math.max(own, state.limit ?? Infinity);
}

/** The state after an answer. */
export function afterAnswer(
  state: BudgetState,
  { answer, limit }: { readonly answer: BudgetAnswer['answer']; readonly limit: number | null },
): BudgetState {
  const { reached: _, ...rest } = state;
  return answer === 'stop' ? { ...rest, stopped: true } : { ...rest, limit };
}

/** What is offered as the next limit: twice as much, and in any case more than is spent. */
export function raised(kind: BudgetKind, spent: number, limit: number): number {
  const next = Math.max(limit, spent) * 2;
  return kind === 'turns' ? Math.ceil(next) : Math.ceil(next * 100) / 100;
}

/** The limit that a person typed; undefined when it is no number above what is spent. */
export function parseLimit(kind: BudgetKind, text: string, spent: number): number | undefined {
  const number = Number(text.trim().replace(/^\$/, ''));
  if (!Number.isFinite(number) || number <= spent || (kind === 'turns' && !Number.isInteger(number))) return undefined;
  return number;
}

/** `20 turns`, `$1.50`. Dollars to the cent, small amounts to a hundredth of it. */
export function amount(kind: BudgetKind, value: number): string {
  if (kind === 'turns') return `${value} ${value === 1 ? 'turn' : 'turns'}`;
  return `$${value > 0 && value < 0.1 ? value.toFixed(4) : value.toFixed(2)}`;
}

export type BudgetFigures = {
  readonly budget: BudgetKind;
  readonly task?: string | undefined;
  readonly spent: number;
  readonly limit: number;
};

/** `Task 01.01.01.01 has used 20 of 20 turns` */
export function budgetSentence({ budget, task, spent, limit }: BudgetFigures): string {
  const of = budget === 'turns' ? `${spent} of ${amount(budget, limit)}` : `${amount(budget, spent)} of ${amount(budget, limit)}`;
  return task === undefined ? `This workstream has used ${of}` : `Task ${task} has used ${of}`;
}

/** The setting that holds a budget. */
export const budgetSettings: Readonly<Record<BudgetKind, string>> = {
  turns: 'work.budget.turnsPerTask',
  cost: 'work.budget.costPerWorkstream',
};

/** By what a budget is known within a run. */
export const budgetKey = (budget: BudgetKind, task: string | undefined): string => (task === undefined ? budget : `${budget} ${task}`);
