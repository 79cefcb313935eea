import * as vscode from 'vscode';
import { isStageId } from '../domain/run/runScope';
import type { RecoverableRun } from '../domain/run/recoverableRun';
import type { CommandServices } from './commandServices';
import { runFlow } from './runFlow';

/**
 * Goes on with batches that were cut off in the middle, asks about them or leaves them, as `work.recovery` says. Only in trusted
 * workspaces, and nothing while another program drives. What is returned may be called again at will, with the folders of the
 * workspace: what goes on is not found a second time, and nobody is asked twice about the same run.
 */
export function recoverRuns(services: CommandServices): (roots: readonly string[]) => Promise<void> {
  const known = new Set<string>();
  return async roots => {
    if (!vscode.workspace.isTrusted) return;
    await Promise.all(
      roots.map(async root => {
        try {
          for (const open of await services.runtime.repository(root).recoverable()) {
            if (known.has(open.run)) continue;
            known.add(open.run);
            await recover(services, root, open);
          }
        } catch (error) {
          services.onError(error, 'going on with a batch that was cut off');
        }
      }),
    );
  };
}

async function recover(services: CommandServices, root: string, open: RecoverableRun): Promise<void> {
  switch (services.runtime.settings.recovery) {
    case 'resume':
      return resume(services, root, open);
    case 'leave':
      return services.runtime.repository(root).runs.leave(open.stream);
    case 'ask':
      return ask(services, root, open);
  }
}

async function ask(services: CommandServices, root: string, open: RecoverableRun): Promise<void> {
  const goOn = vscode.l10n.t('Resume');
  const leave = vscode.l10n.t('Leave');
  const show = vscode.l10n.t('Show');
  const message = isStageId(open.batch)
    ? vscode.l10n.t('Stage {0} of {1} was cut off in the middle. Should it go on where it was?', open.batch, open.stream)
    : vscode.l10n.t('Batch {0} of {1} was cut off in the middle. Should it go on where it was?', open.batch, open.stream);
  const chosen = await vscode.window.showInformationMessage(message, goOn, leave, show);
  if (chosen === goOn) await resume(services, root, open);
  if (chosen === leave) await services.runtime.repository(root).runs.leave(open.stream);
  if (chosen === show) await services.view.reveal(root, open.batch, { focus: true, expand: true });
}

async function resume(services: CommandServices, root: string, { stream, batch }: RecoverableRun): Promise<void> {
  const snapshot = await services.runtime.repository(root).snapshot(stream);
  await runFlow(services, { root, snapshot, batch, resume: true });
}
