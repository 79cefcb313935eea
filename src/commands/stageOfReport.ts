import path from 'node:path';
import * as vscode from 'vscode';
import { reportFileName } from '../domain/reports/reportFileName';
import type { CommandServices } from './commandServices';
import { nodesOf, type NodeOf, type Picked } from './pickNode';

/** The stage whose report is open in the editor that the command was invoked on. */
export function stageOfReport({ plans }: CommandServices, argument: unknown): Picked<NodeOf<'stage'>> | undefined {
  if (!(argument instanceof vscode.Uri)) return undefined;
  return plans.repositories
    .flatMap(repository => nodesOf(repository, 'stage'))
    .find(({ stream, node }) => argument.fsPath === path.join(stream.folder, 'reports', reportFileName(node)));
}
