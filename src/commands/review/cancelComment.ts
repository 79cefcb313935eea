import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Leaves a draft as it was. */
export const registerCancelComment: RegisterCommand = services =>
  registerCommand(CommandId.cancelComment, services, argument => services.comments.find(argument)?.cancel());
