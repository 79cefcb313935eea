import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerResume: RegisterCommand = services => registerCommand(CommandId.resume, services, () => services.runtime.resume());
