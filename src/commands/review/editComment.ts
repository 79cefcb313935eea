import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Lets a draft be typed over. */
export const registerEditComment: RegisterCommand = services =>
  registerCommand(CommandId.editComment, services, argument => services.comments.find(argument)?.edit());
