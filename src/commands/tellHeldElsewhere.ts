import * as vscode from 'vscode';
import type { RepositorySnapshot } from '../domain/tree/nodes';
import { heldElsewhere } from '../views/planFacts';

/** Says who runs the batches that are seen here, where nothing that is said to them would be heard; then gives true. */
export function tellHeldElsewhere(repositories: readonly RepositorySnapshot[]): boolean {
  const sentence = heldElsewhere(repositories);
  if (sentence !== undefined) void vscode.window.showInformationMessage(sentence);
  return sentence !== undefined;
}
