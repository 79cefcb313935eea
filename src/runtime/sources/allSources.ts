import { openspecSource } from './openspecSource';
import type { Source } from './source';

/** Every kind of place that plans come from, in the order in which they are offered. */
export function allSources(): readonly Source[] {
  return [openspecSource()];
}
