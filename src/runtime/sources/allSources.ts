import { beadsSource } from './beadsSource';
import { openspecSource } from './openspecSource';
import type { Source } from './source';
import { taskFilesSource } from './taskFilesSource';

/** Every kind of place that plans come from, in the order in which they are offered. */
export function allSources(): readonly Source[] {
  return [openspecSource(), taskFilesSource(), beadsSource()];
}
