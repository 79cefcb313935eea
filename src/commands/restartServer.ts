import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerRestartServer: RegisterCommand = services =>
  registerCommand(CommandId.restartServer, services, async () => {
    await services.runtime.opencode.server.restart();
  });
