import { beadsSource } from './beadsSource';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { multitaskSource } from './multitaskSource';
import { openspecSource } from './openspecSource';
import type { Source } from './source';
import { taskFilesSource } from './taskFilesSource';

/** Every kind of place that plans come from, in the order in which they are offered. */
export function allSources(env: ProgramEnvironment = process.env): readonly Source[] {
  return [openspecSource({ env }), taskFilesSource(), beadsSource({ env }), multitaskSource];
}
