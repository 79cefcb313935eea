import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';
import { tellHeldElsewhere } from './tellHeldElsewhere';

/** Running tasks end; none starts until *Resume*. */
export const registerPause: RegisterCommand = services =>
  registerCommand(CommandId.pause, services, () => {
    if (!tellHeldElsewhere(services.plans.repositories)) services.runtime.pause();
  });
