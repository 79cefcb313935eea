import type { Activity } from '../../runtime/opencode/activity';

type StepFinished = Extract<Activity, { type: 'stepFinished' }>;

/** Adds up what the steps of a turn cost. */
export class Spending {
  private steps = 0;
  private tokens = 0;
  private cost = 0;

  add({ cost, tokens }: StepFinished): void {
    this.steps++;
    this.cost += cost;
    this.tokens += Object.values(tokens).reduce((sum, number) => sum + number, 0);
  }

  /** The sum since it was last taken, as text (`12.3k`, `$0.04`); undefined when there was none. */
  take(): { readonly steps: number; readonly tokens: string; readonly cost: string } | undefined {
    if (this.steps === 0) return undefined;
    const { steps, tokens, cost } = this;
    this.steps = 0;
    this.tokens = 0;
    this.cost = 0;
    return { steps, tokens: shortNumber(tokens), cost: `$${cost.toFixed(cost > 0 && cost < 0.01 ? 4 : 2)}` };
  }
}

function shortNumber(number: number): string {
  if (number < 1000) return String(number);
  return number < 1_000_000 ? `${(number / 1000).toFixed(1)}k` : `${(number / 1_000_000).toFixed(1)}M`;
}
