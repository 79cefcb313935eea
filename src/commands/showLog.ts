import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerShowLog: RegisterCommand = services => registerCommand(CommandId.showLog, services, () => services.log.show());
