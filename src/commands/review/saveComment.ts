import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Keeps what was typed over a draft. */
export const registerSaveComment: RegisterCommand = services =>
  registerCommand(CommandId.saveComment, services, async argument => {
    const shown = services.comments.find(argument);
    if (!shown) return;
    const { text } = shown;
    if (text.trim() === '' || text === shown.owned.comment.text) shown.cancel();
    else await services.comments.change(shown.owned, comment => ({ ...comment, text }));
  });
