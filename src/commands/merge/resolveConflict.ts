import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { pickNode } from '../pickNode';
import { registerCommand } from '../registerCommand';
import { openMerge, showConflict } from './conflictSteps';

/** The conflicted merge of a thread, in a worktree of its own, opened to be resolved; the one that is open already, if there is one. */
export const registerResolveConflict: RegisterCommand = services =>
  registerCommand(CommandId.resolveConflict, services, async argument => {
    const picked = await pickNode(
      services,
      'thread',
      argument,
      vscode.l10n.t('Choose the thread whose conflict to resolve'),
      ({ running, merge, resolution }) => !running && (merge?.state === 'conflicted' || resolution !== undefined),
    );
    if (!picked) return;
    await showConflict(services, picked, await openMerge(services, picked));
  });
