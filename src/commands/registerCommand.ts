import * as vscode from 'vscode';
import type { CommandId } from '../contributions';
import type { CommandServices } from './commandServices';

/** Registers a command whose faults go to the one place that shows them. `argument` is the row it was invoked on, if any. */
export function registerCommand(id: CommandId, { onError }: CommandServices, run: (argument: unknown) => Promise<void> | void): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (argument: unknown) => {
    try {
      await run(argument);
    } catch (error) {
      onError(error, id);
    }
  });
}
