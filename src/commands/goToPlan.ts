import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { isWithin } from '../domain/ids';
import type { WorkstreamSnapshot } from '../domain/tree/nodes';
import type { RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

/** Opens PLAN.md where the row's stage, batch or thread stands in it. */
export const registerGoToPlan: RegisterCommand = services =>
  registerCommand(CommandId.goToPlan, services, async argument => {
    const repository = await pickRepository(services, argument);
    const stream = repository?.stream;
    if (!stream) return;
    const line = lineOf(stream, idOf(argument === undefined ? services.view.selection : argument));
    const position = new vscode.Position(line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(stream.folder, 'PLAN.md')), {
      selection: new vscode.Range(position, position),
    });
  });

function lineOf(stream: WorkstreamSnapshot, id: string | undefined): number {
  if (id === undefined) return 1;
  const batches = stream.stages.flatMap(stage => stage.batches);
  const nodes = [...stream.stages, ...batches, ...batches.flatMap(batch => batch.threads)];
  return Math.max(1, nodes.filter(node => isWithin(id, node.id)).at(-1)?.line ?? 1);
}

function idOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('node' in argument)) return undefined;
  const { node } = argument;
  return typeof node === 'object' && node !== null && 'id' in node && typeof node.id === 'string' ? node.id : undefined;
}
