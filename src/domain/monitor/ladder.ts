import type { Settings } from '../settings/settings';
import type { Age } from './evidence';
import type { AgentState, Judgement } from './judge';
import type { Thresholds } from './thresholds';

/** Everything that is done to an agent that makes no progress, in order: the first two to it, the others instead of it. */
export const steps = ['nudge', 'abort', 'retry', 'block'] as const;
export type Step = 'nudge' | 'abort';
/** What is done when an agent has been in a state for so long. */
export type Rung = { readonly step: Step; readonly after: Age };
/** The rungs of a state, in order; a state without any is left alone. */
export type Ladder = Readonly<Partial<Record<AgentState, readonly Rung[]>>>;

/** A step that was taken in an attempt. */
export type Taken = {
  readonly step: Step;
  readonly state: AgentState;
  /** The agent got on since: it ended a call, or said something to the end. */
  readonly helped: boolean;
};

const second = 1000;

/**
 * The ladder for the user's idle limit: halfway to it a silent agent is stopped in its turn and told to go on; when it is
 * silent for half of the limit again, its attempt is ended. Without an idle limit nothing is done to silence.
 */
export function ladderFor({ idle }: Settings['limits'], { model }: Pick<Thresholds, 'model'>): Ladder {
  const looping: readonly Rung[] = [
    { step: 'nudge', after: 0 },
    { step: 'abort', after: 0 },
  ];
  const half = (idle * second) / 2;
  if (idle <= 0) return { looping };
  return {
    looping,
    stalled: [
      { step: 'nudge', after: Math.max(half, model) },
      { step: 'abort', after: Math.max(half, model) },
    ],
  };
}

/** As often an agent is told to go on, even if each time it helped. */
const patience = 3;

/** The step that is due. A nudge that helped against silence is forgotten a few times; one against a loop is not: the loop came back. */
export function nextStep(ladder: Ladder, { state, age }: Pick<Judgement, 'state' | 'age'>, taken: readonly Taken[]): Step | undefined {
  const rungs = ladder[state] ?? [];
  const before = taken.filter(step => step.state === state);
  if (before.some(({ step }) => step === 'abort')) return undefined;
  const counted = state === 'stalled' && before.length < patience ? before.filter(({ helped }) => !helped) : before;
  const rung = rungs[Math.min(counted.length, rungs.length - 1)];
  return rung && age >= rung.after ? rung.step : undefined;
}
