import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { idOf, pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Shows the journal of a row (its stage, batch, thread or task), else of the whole workstream. */
export const registerShowJournal: RegisterCommand = services =>
  registerCommand(CommandId.showJournal, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const id = idOf(argument)?.id;
    await services.journals.show({ root, stream: stream.id, ...(id === undefined || id === stream.id ? {} : { only: id }) });
  });
