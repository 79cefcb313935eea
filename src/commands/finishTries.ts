import * as vscode from 'vscode';
import type { CommandServices } from './commandServices';

/** Puts back what a try in the user's checkout left that an earlier program was cut off in. */
export async function finishTries({ runtime, onError }: CommandServices, roots: readonly string[]): Promise<void> {
  await Promise.all(
    roots.map(async root => {
      try {
        const found = await runtime.repository(root).finishTry();
        if (!found) return;
        void vscode.window.showInformationMessage(
          vscode.l10n.t('Trying thread {0} was cut off. Your checkout is as it was before.', found.thread),
        );
      } catch (error) {
        onError(error, 'putting back a try that was cut off');
      }
    }),
  );
}
