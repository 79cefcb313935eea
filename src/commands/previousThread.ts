import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerPreviousThread: RegisterCommand = services =>
  registerCommand(CommandId.previousThread, services, () => services.terminals.focusPrevious());
