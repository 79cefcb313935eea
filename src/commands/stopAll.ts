import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerStopAll: RegisterCommand = services => registerCommand(CommandId.stopAll, services, () => services.runtime.stopAll());
