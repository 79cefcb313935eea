import { systemClock } from '../common/clock';
import { ProjectRegistry } from '../runtime/projects/projectRegistry';
import { readSettings } from '../runtime/settings/readSettings';
import { defaultStateDirectory } from '../runtime/stateDirectory';
import type { Io } from './commandLine';

/** The registry, which accepts the folders that the environment's `WORK_ALLOWED_ROOTS` allows. */
export async function openProjects(io: Io): Promise<ProjectRegistry> {
  const { settings } = await readSettings(io.cwd, { environment: io.env });
  return new ProjectRegistry({
    stateDirectory: defaultStateDirectory(io.env),
    allowedRoots: () => settings.allowedRoots,
    clock: systemClock,
  });
}
