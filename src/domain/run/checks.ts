import type { Settings } from '../settings/settings';
import type { WorkstreamSnapshot } from '../tree/nodes';

/** What must be green on a merged tree, in order: what the settings ask for, then what the plan does. */
export const checksOf = ({ validation }: Pick<Settings, 'validation'>, stream: Pick<WorkstreamSnapshot, 'validation'>) => [
  ...validation.commands,
  ...stream.validation,
];
