import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerNextThread: RegisterCommand = services =>
  registerCommand(CommandId.nextThread, services, () => services.terminals.focusNext());
