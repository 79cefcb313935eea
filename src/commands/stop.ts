import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { PlanNode } from '../domain/tree/nodes';
import type { RegisterCommand } from './commandServices';
import { nodesOf, pickNode, type Picked } from './pickNode';
import { registerCommand } from './registerCommand';

/** Stops what the row stands for and everything below it; its tasks return to pending, its worktrees stay. */
export const registerStop: RegisterCommand = services =>
  registerCommand(CommandId.stop, services, async argument => {
    const picked =
      rowOf(
        services.plans.repositories.flatMap(repository =>
          (['batch', 'thread', 'task'] as const).flatMap((kind): readonly Picked<PlanNode>[] => nodesOf(repository, kind)),
        ),
        argument,
      ) ?? (await pickNode(services, 'batch', undefined, vscode.l10n.t('Choose the batch to stop'), batch => batch.running));
    if (!picked) return;
    if (!services.runtime.repository(picked.root).runs.stop(picked.node.id)) {
      void vscode.window.showInformationMessage(vscode.l10n.t('{0} is not running here.', picked.node.id));
    }
  });

function rowOf(nodes: readonly Picked<PlanNode>[], argument: unknown): Picked<PlanNode> | undefined {
  if (typeof argument !== 'object' || argument === null || !('node' in argument) || !('root' in argument)) return undefined;
  return nodes.find(({ root, node }) => root === argument.root && node === argument.node);
}
