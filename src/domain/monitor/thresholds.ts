import type { Settings } from '../settings/settings';
import type { Age } from './evidence';

/** From when on silence means something. */
export type Thresholds = {
  /** The server answers nothing: nobody knows what its agents do. */
  readonly server: Age;
  /** No token of the model, neither the first nor the next. */
  readonly model: Age;
  /** The model writes the input of a call, which nobody hears until it is complete. */
  readonly composing: Age;
  /** A tool without output, whose process lives. */
  readonly tool: Age;
  /** The provider turns every request down. */
  readonly refused: Age;
  /** A worktree is being made, or work committed. */
  readonly preparing: Age;
  /** Calls in a row of the same tool with the same input. */
  readonly sameCalls: number;
  /** Calls in a row that failed. */
  readonly failedCalls: number;
};

const second = 1000;
const minute = 60 * second;

/** An agent that hangs is seen within a minute, the look at it included. */
export const defaultThresholds: Thresholds = {
  server: 20 * second,
  model: 45 * second,
  composing: 3 * minute,
  tool: 5 * minute,
  refused: 15 * minute,
  preparing: 10 * minute,
  sameCalls: 6,
  failedCalls: 6,
};

/** What the user's own limits make of them: what may be silent for a short time only must be seen before that is over. */
export function thresholdsFor({ idle, setup }: Settings['limits']): Thresholds {
  const atMost = (age: Age, part: number) => (idle > 0 ? Math.min(age, idle * second * part) : age);
  return {
    ...defaultThresholds,
    model: atMost(defaultThresholds.model, 0.5),
    composing: atMost(defaultThresholds.composing, 0.5),
    tool: atMost(defaultThresholds.tool, 0.5),
    preparing: setup > 0 ? setup * second : defaultThresholds.preparing,
  };
}
