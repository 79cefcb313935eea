import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { PlanNode } from '../domain/tree/nodes';
import { isStoppable } from '../domain/tree/rowState';
import type { CommandServices, RegisterCommand } from './commandServices';
import { idOf, nodesOf, pickNode, type Picked } from './pickNode';
import { registerCommand } from './registerCommand';
import { tellHeldElsewhere } from './tellHeldElsewhere';

/** Stops what the row stands for and everything below it; its tasks return to pending, its worktrees stay. */
export const registerStop: RegisterCommand = services =>
  registerCommand(CommandId.stop, services, async argument => {
    const picked =
      rowOf(services, argument) ??
      (await pickNode(services, 'batch', null, vscode.l10n.t('Choose the batch to stop'), batch => batch.running));
    if (!picked) return;
    if (services.runtime.repository(picked.root).runs.stop(picked.node.id)) return;
    if (!tellHeldElsewhere(services.plans.repositories.filter(({ root }) => root === picked.root))) {
      void vscode.window.showInformationMessage(vscode.l10n.t('{0} is not running here.', picked.node.id));
    }
  });

/** The row the command was invoked on; for a key or the palette the selected one, if there is something to stop. */
function rowOf({ plans, view }: CommandServices, argument: unknown): Picked<PlanNode> | undefined {
  const given = idOf(argument === undefined ? view.selection : argument);
  const found = plans.repositories
    .flatMap(repository =>
      (['stage', 'batch', 'thread', 'task'] as const).flatMap((kind): readonly Picked<PlanNode>[] => nodesOf(repository, kind)),
    )
    .find(({ root, node }) => root === given?.root && node.id === given.id);
  return found && (argument !== undefined || isStoppable(found.node)) ? found : undefined;
}
