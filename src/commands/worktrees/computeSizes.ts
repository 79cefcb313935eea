import * as vscode from 'vscode';
import { isAbortError } from '../../common/abort';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

/** Measures every worktree; each answer shows as it comes, and the user may stop at any time. */
export const registerComputeSizes: RegisterCommand = services =>
  registerCommand(CommandId.computeSizes, services, async () => {
    const title = vscode.l10n.t('Measuring worktrees');
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, cancellable: true, title }, async (_, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => controller.abort());
      try {
        await services.worktrees.refresh();
        await services.worktrees.measureAll(controller.signal);
      } catch (error) {
        if (!isAbortError(error)) throw error;
      } finally {
        subscription.dispose();
      }
    });
  });
