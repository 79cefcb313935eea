import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Throws a comment away; one that was sent stays with its agent. */
export const registerDeleteComment: RegisterCommand = services =>
  registerCommand(CommandId.deleteComment, services, async argument => {
    const shown = services.comments.find(argument);
    if (shown) await services.comments.change(shown.owned, () => undefined);
  });
