import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerRefresh: RegisterCommand = services => registerCommand(CommandId.refresh, services, () => services.refresh());
