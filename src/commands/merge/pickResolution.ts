import * as vscode from 'vscode';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { CommandServices } from '../commandServices';
import { pickNode, type Picked } from '../pickNode';

/** A thread whose conflict is being resolved by hand. Undefined when the user chose none, or there is none. */
export async function pickResolution(
  services: CommandServices,
  argument: unknown,
  placeHolder: string,
): Promise<(Picked<ThreadNode> & { readonly worktree: string }) | undefined> {
  const picked = await pickNode(services, 'thread', argument, placeHolder, ({ resolution }) => resolution !== undefined);
  if (!picked) return undefined;
  const worktree = picked.node.resolution?.worktree;
  if (worktree !== undefined) return { ...picked, worktree };
  void vscode.window.showInformationMessage(vscode.l10n.t('No conflict of {0} is being resolved by hand.', picked.node.id));
  return undefined;
}
