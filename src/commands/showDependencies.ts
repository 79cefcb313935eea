import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { idOf, pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Shows who waits for whom, in the stage of a row or in the whole workstream. */
export const registerShowDependencies: RegisterCommand = services =>
  registerCommand(CommandId.showDependencies, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const stage = stream.stages.find(({ id }) => id === idOf(argument)?.id)?.id;
    services.dependencies.show({ root, stream: stream.id, ...(stage === undefined ? {} : { stage }) });
  });
