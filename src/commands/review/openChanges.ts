import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { pickReview, reviewTitle } from './pickReview';

/** Shows what was done at a task, thread, batch, stage or workstream, file by file, in one tab. */
export const registerOpenChanges: RegisterCommand = services =>
  registerCommand(CommandId.openChanges, services, async argument => {
    const picked = await pickReview(services, argument, vscode.l10n.t('Choose whose changes to open'));
    if (!picked) return;
    const { root, stream, id } = picked;
    const review = await services.runtime.repository(root).reviews.read(stream.id, id);
    const title = reviewTitle(picked);
    await services.comments.reviewed(root, review);
    if (await services.reviews.show(root, review, title)) return;
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing was changed in {0}.', id));
  });
