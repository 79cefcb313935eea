import type { Translate } from '../../common/translate';
import { environmentItems } from './environmentItems';
import { opencodeItems } from './opencodeItems';
import { programItems } from './programItems';
import type { SetupFacts } from './setupFacts';

/**
 * - `ok`: it is there and fit
 * - `warning`: it works, with something to know
 * - `missing`: it is not there, or cannot be used
 * - `unknown`: nobody could tell
 * - `unused`: it is not there, and nothing asks for it
 */
export type SetupState = 'ok' | 'warning' | 'missing' | 'unknown' | 'unused';

/** What can be done about an item by a click: the window has a command for each. */
export type SetupAction = 'opencodePath' | 'serverUrl' | 'startServer' | 'agentsFile' | 'cleanMerged' | 'takeOver';

export type SetupItem = {
  readonly id: string;
  readonly name: string;
  readonly state: SetupState;
  /** What was found. */
  readonly detail: string;
  /** What it is for. */
  readonly need: string;
  /** Without it nothing can be run. */
  readonly isNeeded: boolean;
  /** What to do about it, in a sentence. */
  readonly fix?: string | undefined;
  readonly action?: SetupAction | undefined;
};

/** Every item of a set-up in the order in which it is needed: git, opencode, the repository, then what only some plans use. */
export function setupReport(facts: SetupFacts, t: Translate): readonly SetupItem[] {
  const { git, identity, excluded, disk, work, driver, locks, versions } = environmentItems(facts, t);
  return [git, identity, ...opencodeItems(facts, t), work, disk, excluded, driver, locks, ...programItems(facts, t), versions];
}

/** Whether nothing that is needed is missing. */
export function isFit(items: readonly SetupItem[]): boolean {
  return items.every(({ isNeeded, state }) => !(isNeeded && state === 'missing'));
}
