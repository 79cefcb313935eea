import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { describeHolder } from '../domain/run/driverHolder';
import { runningBatches } from '../views/planFacts';
import type { RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** Goes on here with what another process runs. That one does nothing more, even when it is only suspended. */
export const registerTakeOver: RegisterCommand = services =>
  registerCommand(CommandId.takeOver, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) return;
    const { root, stream } = repository;
    const { runs, readDriver } = services.runtime.repository(root);
    const driver = runs.isDriving ? undefined : await readDriver();
    if (!driver) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('No other program runs batches of this repository: there is nothing to take over.'),
      );
      return;
    }
    const takeOver = vscode.l10n.t('Take Over');
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('Take over from {0}?', describeHolder(driver.holder)),
      {
        modal: true,
        detail: vscode.l10n.t(
          'That program writes nothing and starts nothing from then on, even if it only seems to be dead. The batch it was running goes on in this window; finished work is kept.',
        ),
      },
      takeOver,
    );
    if (chosen !== takeOver) return;
    const scope = stream?.runningScope ?? runningBatches(stream)[0]?.id;
    if (stream && scope !== undefined) return runFlow(services, { root, snapshot: stream, batch: scope, takeOver: true });
    await runs.takeOver();
    void vscode.window.showInformationMessage(vscode.l10n.t('Batches of this repository can be run in this window now.'));
  });
