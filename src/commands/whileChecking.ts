import * as vscode from 'vscode';
import type { DeliverOptions } from '../runtime/delivery/checkMerged';

/** Shows the project's checks of a merge with the user's commits for as long as they take, and lets a person stop them. */
export const whileChecking: NonNullable<DeliverOptions['whileChecking']> = (branch, work) => {
  const title = vscode.l10n.t('Checking the work merged with {0}', branch);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(options, (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return work(stop.signal);
    }),
  );
};
