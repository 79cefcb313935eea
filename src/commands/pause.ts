import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

/** Running tasks end; none starts until *Resume*. */
export const registerPause: RegisterCommand = services => registerCommand(CommandId.pause, services, () => services.runtime.pause());
