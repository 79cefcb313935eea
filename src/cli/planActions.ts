import { systemClock } from '../common/clock';
import { Blockers } from '../runtime/actions/blockers';
import { PlanActions, type ActionServices } from '../runtime/actions/planActions';
import { PlanChanges } from '../runtime/actions/planChanges';
import { PlanTasks } from '../runtime/actions/planTasks';
import type { WorkFiles } from '../runtime/files/workFiles';
import { Git } from '../runtime/git/git';
import { readSettings } from '../runtime/settings/readSettings';
import { automaticWriteBack } from '../runtime/sources/automaticWriteBack';
import { PlanSources } from '../runtime/sources/planSources';
import type { Io } from './commandLine';
import { lookAt } from './snapshot';

/** The actions of the person at the terminal, or of the agent whose session `WORKSTREAM_ROLE` names. */
export function planActions(files: WorkFiles, io: Io): PlanActions {
  return new PlanActions(services(files, io));
}

/** The same person's changes of the plan itself. */
export function planChanges(files: WorkFiles, io: Io): PlanChanges {
  return new PlanChanges(services(files, io), planActions(files, io));
}

/** What is done about blocked tasks. */
export function blockers(files: WorkFiles, io: Io): Blockers {
  return new Blockers(services(files, io), planActions(files, io), planChanges(files, io));
}

/** How the plan comes to its tasks. */
export function planTasks(files: WorkFiles, io: Io): PlanTasks {
  return new PlanTasks(services(files, io), planActions(files, io));
}

/** An approval is for the plan as it was; whoever changed it since is told. */
export async function tellOfApproval(files: WorkFiles, streamId: string, io: Io): Promise<void> {
  if (!(await lookAt(files, streamId)).planModifiedSinceApproval) return;
  io.out('The plan was modified since it was approved. Read it, then: work approve plan\n');
}

/** The places that plans come from. */
export function planSources(files: WorkFiles, { env }: Pick<Io, 'env'>): PlanSources {
  return new PlanSources({ files, clock: systemClock, git: () => new Git(files.root), environment: env });
}

function services(files: WorkFiles, io: Io): ActionServices {
  return {
    files,
    git: new Git(files.root, { logger: io.logger }),
    clock: systemClock,
    role: io.env.WORKSTREAM_ROLE,
    snapshot: streamId => lookAt(files, streamId),
    writeBack: automaticWriteBack(planSources(files, io), {
      isWanted: async () => (await readSettings(files.root, { environment: io.env, flags: {}, trusted: true })).settings.sources.writeBack,
      tell: (_stream, sentence) => io.err(`warning: ${sentence}\n`),
    }),
  };
}
