import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';
import { tellHeldElsewhere } from './tellHeldElsewhere';

export const registerStopAll: RegisterCommand = services =>
  registerCommand(CommandId.stopAll, services, () => {
    if (!tellHeldElsewhere(services.plans.repositories)) services.runtime.stopAll();
  });
